import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import type { EngineStats, RunnerStats } from '@backgrounder/core'
import { onTestFinished } from 'vitest'

/** What is read of the page's stream. */
interface Picture {
  readonly runners?: readonly { readonly name: string; readonly stats: RunnerStats }[]
  readonly names?: readonly { readonly name: string; readonly retried: number }[]
  readonly engines?: readonly { readonly stats: EngineStats | undefined }[]
}

/** main.ts, in a process of its own. */
export class Service {
  readonly #process: ChildProcess
  readonly ended: Promise<{ readonly code: unknown; readonly err: string }>
  out = ''

  constructor(env: Record<string, string | undefined>) {
    const flags = ['--conditions=@backgrounder/source', '--import', 'tsx', 'main.ts']
    const child = spawn(process.execPath, flags, {
      cwd: path.resolve(import.meta.dirname, '..'),
      env: { ...process.env, NODE_ENV: undefined, PORT: undefined, ...env },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let err = ''
    child.stderr.on('data', (data) => (err += data))
    child.stdout.on('data', (data) => (this.out += data))
    this.#process = child
    this.ended = once(child, 'close').then(([code]) => ({ code, err }))
  }

  /** Where the page is, once it is printed. */
  async page(): Promise<string> {
    const { stdout } = this.#process
    for (;;) {
      const [url] = /http:\S+\/tasks\//.exec(this.out) ?? []
      if (url) return url
      const late = await Promise.race([
        stdout && once(stdout, 'data').then(() => undefined),
        this.ended,
      ])
      if (late) throw new Error(late.err)
    }
  }

  kill(signal: 'SIGTERM' | 'SIGINT'): void {
    this.#process.kill(signal)
  }
}

/** An answer, on a connection of its own. */
export function ask(
  url: string,
  options: http.RequestOptions = {},
  body?: string,
): Promise<{
  readonly status: number | undefined
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...options }, (res) => {
      let text = ''
      res.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text }))
    })
    request.on('error', reject).end(body)
  })
}

/** The page's stream, as its script reads it. */
export class Stream {
  readonly runners = new Map<string, RunnerStats>()
  readonly retried = new Map<string, number>()
  engine: EngineStats | undefined
  hasEnded = false

  static async open(page: string): Promise<Stream> {
    const [res] = (await once(http.get(`${page}events`, { agent: false }), 'response')) as [
      http.IncomingMessage,
    ]
    const stream = new Stream()
    let text = ''
    res.setEncoding('utf8').on('data', (chunk) => {
      const events = (text + chunk).split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) stream.#read(event)
    })
    res.on('close', () => {
      stream.hasEnded = true
    })
    return stream
  }

  #read(event: string): void {
    const [, json] = /^event: (?:full|changes)\ndata: (.*)$/.exec(event) ?? []
    if (json === undefined) return
    const { runners = [], names = [], engines = [] } = JSON.parse(json) as Picture
    for (const { name, stats } of runners) this.runners.set(name, stats)
    for (const { name, retried } of names) this.retried.set(name, retried)
    this.engine = engines[0]?.stats ?? this.engine
  }
}
