import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { bundle } from '../../shutdown/bundle.js'
import type { Plan } from './plan.js'

/** A process that is to be killed. */
export class Process {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #exit: Promise<unknown>
  #port = 0
  /** What it has printed. */
  stdout = ''
  stderr = ''

  private constructor(child: ChildProcess) {
    this.pid = child.pid as number
    this.#child = child
    this.#exit = once(child, 'close')
    child.stdout?.on('data', (data) => (this.stdout += data))
    child.stderr?.on('data', (data) => (this.stderr += data))
  }

  /** Rejects, with what it has printed, when it ends instead of starting. */
  static async start(plan: Plan): Promise<Process> {
    const child = fork(path.join(folder, 'child.js'), [JSON.stringify(plan)], {
      execArgv: ['--no-warnings'],
      // BullMQ, and what it needs, is not a dependency of the workspace itself.
      env: { ...process.env, NODE_PATH: packages, NODE_ENV: undefined, NODE_OPTIONS: undefined },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const started = new Process(child)
    processes.add(started)
    const ready = once(child, 'message').then(([{ port }]) => {
      started.#port = port
      return true
    })
    if (await Promise.race([ready, started.#exit.then(() => false)])) return started
    throw new Error(`${plan.role} does not start: ${started.stderr}`)
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child.kill(signal)
    await this.#exit
  }

  /** Whether it was answered with 202. */
  async post(where: string): Promise<boolean> {
    try {
      const url = `http://127.0.0.1:${this.#port}/${where}`
      const response = await fetch(url, { method: 'POST' })
      await response.arrayBuffer()
      return response.status === 202
    } catch {
      return false // it was killed, before or in the midst of its answer
    }
  }
}

const packages = path.join(import.meta.dirname, '../../../packages/bullmq/node_modules')
const processes = new Set<Process>()
let folder: string

// In here, from where the framework is found.
beforeAll(async () => {
  folder = await mkdtemp(path.join(import.meta.dirname, '.built-'))
  const external = ['bullmq', 'ioredis', '@electric-sql/pglite']
  const source = path.join(import.meta.dirname, 'child.ts')
  await bundle([source], folder, { format: 'cjs', external })
}, 60_000)
afterAll(async () => {
  for (const running of processes) if (running.isAlive) await running.end('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})
