import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { bullmqEngine } from '@backgrounder/bullmq'
import { afterAll, beforeAll } from 'vitest'
import type { Server } from '../../../packages/bullmq/test/stores/server.js'
import { engineOptions, type Plan, type StoreAt } from './plan.js'
import { Process } from './process.js'

/** A store of the tests' own, and how many answers count as enough. */
export interface Kind {
  readonly name: 'Redis' | 'PostgreSQL' | 'embedded'
  readonly answers: number
  start(): Promise<Server | undefined>
  at(server: Server | undefined, folder: string): StoreAt
}

export interface Run {
  readonly id: string
  readonly attempt: number
}

/** One case: a queue of its own, and a file in which its runs are. */
export class Case {
  readonly #plan: Omit<Plan, 'role'>

  constructor(store: StoreAt, folder: string) {
    const queueName = `kill-${randomUUID()}`
    this.#plan = { store, queueName, runs: path.join(folder, queueName) }
  }

  start(role: Plan['role']): Promise<Process> {
    return Process.start({ ...this.#plan, role })
  }

  /** In order; the last line is whole or not there. */
  runs(): Run[] {
    const { runs } = this.#plan
    if (!existsSync(runs)) return []
    const lines = readFileSync(runs, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => {
      const [id, attempt] = line.split(' ')
      return { id: id as string, attempt: Number(attempt) }
    })
  }

  /** The ids that the store has, and those that are dead letters. No process may have it, if it is a folder. */
  async stored(): Promise<{ ids: Set<string>; dead: Set<string> }> {
    const engine = bullmqEngine(engineOptions({ ...this.#plan, role: 'web' }))
    await engine.ready()
    const states = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const
    const jobs = await engine.queue.getJobs([...states], 0, -1)
    const dead = await engine.dead.list(jobs.length + 1)
    await engine.close()
    return {
      ids: new Set(jobs.map((job) => String(job.data.args[0]))),
      dead: new Set(dead.map(({ args }) => String(args[0]))),
    }
  }
}

/** A store that lives as long as the tests of a `describe`. */
export class KilledStore {
  readonly kind: Kind
  #folder = ''
  #server: Server | undefined

  constructor(kind: Kind) {
    this.kind = kind
    beforeAll(async () => {
      this.#folder = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-kill-'))
      this.#server = await kind.start()
    }, 60_000)
    afterAll(async () => {
      await this.#server?.kill()
      await rm(this.#folder, { recursive: true, force: true })
    }, 60_000)
  }

  newCase(): Case {
    return new Case(this.kind.at(this.#server, this.#folder), this.#folder)
  }

  /** With kill -9, all processes of it. */
  async kill(): Promise<void> {
    this.#server?.signal('SIGKILL')
    await this.#server?.kill()
  }

  async start(): Promise<void> {
    await this.#server?.start()
  }
}
