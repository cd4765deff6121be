import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where the jobs are, as a process can be told. */
export type StoreAt = { redis: string } | { pool: string } | { embedded: string }

/** What a process is to do. */
export interface Plan {
  readonly role: 'web' | 'worker' | 'both'
  readonly store: StoreAt
  /** The file that has a line for each run: the id, and which attempt it was. */
  readonly runs: string
}

const children = new Set<Child>()

/** A process of the app that is killed. */
export class Child {
  readonly #process: ChildProcess
  readonly #exit: Promise<unknown>
  port = 0

  private constructor(plan: Plan) {
    const flags = ['--import', 'tsx', '--conditions', '@backgrounder/source', '--no-warnings']
    this.#process = fork(path.join(import.meta.dirname, 'child.ts'), [JSON.stringify(plan)], {
      execArgv: flags,
      env: { ...process.env, NODE_OPTIONS: undefined, VITEST: undefined },
    })
    this.#exit = once(this.#process, 'exit')
    children.add(this)
  }

  static async start(plan: Plan): Promise<Child> {
    const child = new Child(plan)
    const ready = once(child.#process, 'message').then(([{ port }]) => {
      child.port = port
    })
    await Promise.race([
      ready,
      child.#exit.then((end) => {
        throw new Error(`The ${plan.role} has ended: ${end}`)
      }),
    ])
    return child
  }

  static async killAll(): Promise<void> {
    for (const child of children) await child.end('SIGKILL')
    children.clear()
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#process.kill(signal)
    await this.#exit
  }

  /** Whether it was answered with 202. */
  async post(where: string): Promise<boolean> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}/${where}`, { method: 'POST' })
      await response.arrayBuffer()
      return response.status === 202
    } catch {
      return false // it was killed
    }
  }
}

/** What has run, in order. */
export function readRuns(file: string): { readonly id: string; readonly attempt: number }[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => {
    const [id = '', attempt] = line.split(' ')
    return { id, attempt: Number(attempt) }
  })
}

/** Resolves with whether it has come true in time. */
export async function comesTrue(what: () => boolean, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; !what(); ) {
    if (performance.now() > end) return false
    await sleep(50)
  }
  return true
}
