import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

/** main.ts, in a process of its own. */
export class Service {
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #port: number
  readonly #ended: Promise<unknown[]>
  readonly #output: { out: string; err: string }

  private constructor(
    child: ChildProcess,
    folder: string,
    port: number,
    ended: Promise<unknown[]>,
    output: { out: string; err: string },
  ) {
    this.#process = child
    this.#folder = folder
    this.#port = port
    this.#ended = ended
    this.#output = output
  }

  static async start(env: Record<string, string>): Promise<Service> {
    const folder = await mkdtemp(path.join(tmpdir(), 'orders-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const flags = ['--conditions=@backgrounder/source', '--import', 'tsx', 'main.ts']
    const child = spawn(process.execPath, flags, {
      cwd: path.resolve(import.meta.dirname, '..'),
      env: { ...process.env, NODE_ENV: undefined, PORT: '0', FOLDER: folder, ...env },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = once(child, 'close')
    const output = { out: '', err: '' }
    child.stderr.on('data', (data) => (output.err += data))
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.on('data', (data) => {
        output.out += data
        const [, found] = /localhost:(\d+)/.exec(output.out) ?? []
        if (found) resolve(Number(found))
      })
      child.once('close', () => reject(new Error(output.err)))
    })
    return new Service(child, folder, port, ended, output)
  }

  /** The status of the answer, or the code of the error; on a connection of its own. */
  request(method: string, url: string): Promise<unknown> {
    const options = { host: '127.0.0.1', port: this.#port, method, path: url, agent: false }
    return new Promise((resolve) => {
      http
        .request(options, (res) => res.resume().on('end', () => resolve(res.statusCode)))
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        .end()
    })
  }

  order(id: string): Promise<unknown> {
    return this.request('POST', `/orders/${id}`)
  }

  kill(signal: 'SIGTERM' | 'SIGINT'): void {
    this.#process.kill(signal)
  }

  /** The lines of a book, sorted. */
  async book(name: 'accepted' | 'done'): Promise<string[]> {
    const text = await readFile(path.join(this.#folder, name), 'utf8').catch(() => '')
    return text.split('\n').filter(Boolean).sort()
  }

  async end(): Promise<{ code: unknown; out: string; err: string }> {
    const [code] = await this.#ended
    return { code, ...this.#output }
  }
}
