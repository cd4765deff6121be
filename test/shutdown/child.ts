import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { AppOptions, FrameworkName } from './apps.js'
import { bundle } from './bundle.js'
import type { End } from './end.js'

export type Signal = 'SIGTERM' | 'SIGINT'

/** A server in a process of its own. */
export class Child {
  readonly port: number
  readonly #process: ChildProcess
  readonly #been: Set<string>
  readonly #end: Promise<End>

  constructor(port: number, child: ChildProcess, been: Set<string>, end: Promise<End>) {
    this.port = port
    this.#process = child
    this.#been = been
    this.#end = end
  }

  /** Resolves when the child has told that it has come there. */
  async at(where: string): Promise<void> {
    while (!this.#been.has(where)) {
      const { exitCode, signalCode } = this.#process
      if (exitCode !== null || signalCode) expect(await this.#end).toBe(`on its way to: ${where}`)
      await Promise.race([once(this.#process, 'message'), this.#end])
    }
  }

  open(gate: string): void {
    this.#process.send({ open: gate })
  }

  call(definition: string): void {
    this.#process.send({ call: definition })
  }

  /** Sends a real signal. */
  kill(signal: Signal): void {
    this.#process.kill(signal)
  }

  /** The same, and waits until its server refuses connections: it drains. */
  async stop(signal: Signal): Promise<void> {
    this.kill(signal)
    await this.at('refuses connections')
  }

  /** Some time of the child's own passes, in ms, for what must not happen meanwhile. */
  async passes(ms: number): Promise<void> {
    this.#process.send({ passes: ms })
    await this.at(`${ms} ms later`)
  }

  end(): Promise<End> {
    return this.#end
  }

  /** A whole request and its answer; on a connection of its own, unless an agent has one. */
  get(url: string, agent: http.Agent | false = false): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, path: url, agent }
      const onResponse = (res: http.IncomingMessage) => {
        let body = ''
        res.setEncoding('utf8').on('data', (data) => (body += data))
        res.on('end', () => resolve(`${res.statusCode} ${body}`)).on('error', reject)
      }
      http.get(options, onResponse).on('error', reject)
    })
  }

  /** A bare connection that has asked for these, and reads nothing until it is told to. */
  async connect(...urls: string[]): Promise<net.Socket> {
    const socket = net.connect(this.port, '127.0.0.1').on('error', () => {})
    cleanups.push(() => socket.destroy())
    await once(socket, 'connect')
    socket.write(urls.map((url) => `GET ${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''))
    return socket
  }

  /** The code of the error that a new connection gets. */
  newConnection(): Promise<unknown> {
    return this.get('/ping').then(
      (answer) => answer,
      ({ code }) => code,
    )
  }
}

let folder: string
let started = 0

// In here, from where the frameworks are found.
beforeAll(async () => {
  folder = await mkdtemp(path.join(import.meta.dirname, '.built-'))
})
afterAll(async () => {
  for (const cleanUp of cleanups) cleanUp()
  await rm(folder, { recursive: true, force: true })
})

/** At the end of the file, since its tests run side by side: each of them waits for a process. */
export const cleanups: (() => void)[] = []

/** Makes a script of a source, which may import what stands in this folder as `../name.js`. */
export async function build(name: string, source: string): Promise<string> {
  const file = path.join(folder, `${name}.ts`)
  await writeFile(file, source)
  await bundle([file], folder)
  return path.join(folder, `${name}.mjs`)
}

let server: Promise<string> | undefined

/** Starts a server of that framework. */
export async function start(
  name: FrameworkName,
  options: AppOptions = { timeout: 15_000 },
): Promise<Child> {
  server ??= build('main', "import '../server.js'")
  return startScript(await server, name, JSON.stringify(options))
}

// What the test runner sets for itself, or a developer for his terminal, is not for the child.
const unset = { NODE_ENV: undefined, NODE_OPTIONS: undefined, NODE_DEBUG: undefined }

/** Starts a script, with the Node that runs the test, and waits until it tells its port. */
export async function startScript(script: string, ...args: string[]): Promise<Child> {
  started += 1
  const ran = path.join(folder, `ran-${started}`)
  const child = fork(script, args, {
    execArgv: ['--no-warnings'], // on a busy machine a task may seem to block
    env: { ...process.env, ...unset, RAN: ran },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  child.on('error', () => {}) // a message that comes too late
  cleanups.push(() => child.kill('SIGKILL'))
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (data) => (stdout += data))
  child.stderr?.on('data', (data) => (stderr += data))
  const end = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    report: stdout.startsWith('{') ? JSON.parse(stdout) : stdout,
    stderr,
    ran: existsSync(ran) ? readFileSync(ran, 'utf8').trim().split('\n') : [],
  }))
  const been = new Set<string>()
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (message: { port?: number; at?: string }) => {
      if (message.at) been.add(message.at)
      if (message.port) resolve(message.port)
    })
    child.once('exit', (code) => reject(new Error(`exit code ${code} at its start: ${stderr}`)))
  })
  return new Child(port, child, been, end)
}

const frameworks: readonly FrameworkName[] = [
  'node:http',
  'Express 4',
  'Express 5',
  'Koa 2',
  'Koa 3',
  'Fastify 4',
  'Fastify 5',
]

/** Both signals, in turns: each framework has half of its tests with each. */
export function eachOnEveryFramework(offset = 0): [FrameworkName, Signal][] {
  return frameworks.map((name, index) => [name, (index + offset) % 2 === 0 ? 'SIGTERM' : 'SIGINT'])
}
