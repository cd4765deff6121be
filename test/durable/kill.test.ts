import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skip } from '../../packages/bullmq/test/stores/index.js'
import { noOwnPostgres, startPostgres } from '../../packages/bullmq/test/stores/postgres.js'
import { noOwnRedis, startRedis } from '../../packages/bullmq/test/stores/redis.js'
import type { Server } from '../../packages/bullmq/test/stores/server.js'
import { Child, comesTrue, readRuns, type StoreAt } from './process.js'

// Real processes and real stores are killed under load, with kill -9. Clients outside of them know which
// ids were answered, and a file which have run: what was answered and has not run is lost.

/** Clients at once. */
const CLIENTS = 20
const ROUNDS = 3
/** A killed worker's job is redelivered within this, in ms. */
const REDELIVERED_MS = 20_000
/** After this, in ms, nothing more is expected of a worker that has run nothing. */
const QUIET_MS = 15_000

interface Kind {
  readonly name: string
  readonly missing: string | undefined
  /** In all rounds. */
  readonly answers: number
  start(): Promise<Server | undefined>
  storeAt(server: Server | undefined, folder: string): StoreAt
}

const kinds: Kind[] = [
  {
    name: 'Redis',
    missing: noOwnRedis,
    answers: 1_000,
    // With everysec Redis may answer up to two seconds before it has written.
    start: () => startRedis(['--appendonly', 'yes', '--appendfsync', 'always']),
    storeAt: (server) => ({ redis: server?.url as string }),
  },
  {
    name: 'PostgreSQL',
    missing: noOwnPostgres,
    answers: 1_000,
    start: () => startPostgres(),
    storeAt: (server) => ({ pool: server?.url as string }),
  },
  {
    name: 'embedded',
    missing: undefined,
    answers: 200,
    start: async () => undefined,
    storeAt: (_server, folder) => ({ embedded: path.join(folder, 'store') }),
  },
]

for (const kind of kinds) {
  const title = `kill -9 under load: ${kind.name}`
  if (kind.missing) skip(title, kind.missing)
  else describe(title, { timeout: 300_000 }, () => tests(kind))
}

function tests({ name, answers, start, storeAt }: Kind): void {
  const isEmbedded = name === 'embedded'
  let folder: string
  let server: Server | undefined
  let store: StoreAt
  let cases = 0

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-kill-'))
    server = await start()
    store = storeAt(server, folder)
  }, 60_000)

  afterAll(async () => {
    await Child.killAll()
    await server?.kill()
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  const newRuns = () => path.join(folder, `runs-${cases++}`)

  /** Clients that ask until `isOver`; adds to `answered` what was answered with 202. */
  async function load(
    to: () => Child,
    where: string,
    answered: Set<string>,
    isOver: () => boolean,
  ): Promise<void> {
    const client = async (_: unknown, index: number) => {
      for (let i = 0; !isOver(); i += 1) {
        const id = `${cases}-${answered.size}-${index}-${i}-${Math.random().toString(36).slice(2)}`
        if (await to().post(`${where}/${id}`)) answered.add(id)
        else await sleep(20)
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
  }

  /** Kills the answering process in the midst of each round; gives back what it had answered. */
  async function killWeb(where: string, runs: string): Promise<Set<string>> {
    const answered = new Set<string>()
    const role = isEmbedded ? 'both' : 'web'
    for (let round = 1; round <= ROUNDS; round += 1) {
      const web = await Child.start({ role, store, runs })
      const enough = Math.ceil((answers * round) / ROUNDS)
      let isKilled = false
      const clients = load(
        () => web,
        where,
        answered,
        () => isKilled,
      )
      expect(await comesTrue(() => answered.size >= enough, 60_000)).toBe(true)
      await web.end('SIGKILL')
      isKilled = true
      await clients
    }
    return answered
  }

  /** Lets everything run, and says what became of it. */
  async function countLost(what: string, answered: Set<string>, runs: string): Promise<number> {
    const role = isEmbedded ? 'both' : 'worker'
    const worker = await Child.start({ role, store, runs })
    const hasRun = () => new Set(readRuns(runs).map(({ id }) => id))
    const left = () => [...answered].filter((id) => !hasRun().has(id)).length
    // Until there is none, or nothing more comes.
    let [before, since] = [0, performance.now()]
    const isOver = () => {
      const { length } = readRuns(runs)
      if (length !== before) [before, since] = [length, performance.now()]
      return left() === 0 || performance.now() - since > QUIET_MS
    }
    await comesTrue(isOver, 60_000)
    const [ran, lost] = [readRuns(runs), left()]
    await worker.end('SIGKILL')
    const stored = hasRun().size
    console.log(
      `${name}, ${what}: answered ${answered.size}, stored ${stored}, lost ${lost}, ` +
        `run ${ran.length}, run twice ${ran.length - stored}`,
    )
    return lost
  }

  it('the answering process: nothing that was answered is lost', async () => {
    const runs = newRuns()
    const answered = await killWeb('stored', runs)
    expect(answered.size).toBeGreaterThanOrEqual(answers)
    expect(await countLost('the answering process', answered, runs)).toBe(0)
  })

  if (name === 'PostgreSQL') {
    it('the trap: what is stored after the answer is lost', async () => {
      const runs = newRuns()
      const answered = await killWeb('late', runs)
      expect(await countLost('stored after the answer', answered, runs)).toBeGreaterThan(0)
    })
  }

  it.each([
    ['once', 1],
    ['twice', 2],
  ])('the worker in the midst of a job, %s: it is delivered again', async (how, deaths) => {
    const runs = newRuns()
    const role = isEmbedded ? 'both' : 'worker'
    const id = `stuck-${how}`
    let worker = await Child.start({ role, store, runs })
    const web = isEmbedded ? worker : await Child.start({ role: 'web', store, runs })
    expect(await web.post(`stuck/${id}/${deaths}`)).toBe(true)
    // The last of the case before may have died before its success was stored: it runs here too.
    const own = () => readRuns(runs).filter((run) => run.id === id)
    for (let attempt = 1; attempt <= deaths + 1; attempt += 1) {
      expect(await comesTrue(() => own().length >= attempt, REDELIVERED_MS)).toBe(true)
      await worker.end('SIGKILL')
      if (attempt <= deaths) worker = await Child.start({ role, store, runs })
    }
    const attempts = Array.from({ length: deaths + 1 }, (_, index) => ({ id, attempt: index + 1 }))
    expect(own()).toEqual(attempts)
    if (!isEmbedded) await web.end('SIGKILL')
  })

  if (isEmbedded) return

  it('the store under a live server and a live worker: they go on, and nothing is lost', async () => {
    const runs = newRuns()
    const answered = new Set<string>()
    const web = await Child.start({ role: 'web', store, runs })
    const worker = await Child.start({ role: 'worker', store, runs })
    let isOver = false
    const clients = load(
      () => web,
      'stored',
      answered,
      () => isOver,
    )
    for (let round = 1; round <= ROUNDS; round += 1) {
      const enough = Math.ceil((answers * round) / ROUNDS)
      expect(await comesTrue(() => answered.size >= enough, 60_000)).toBe(true)
      server?.signal('SIGKILL')
      await server?.kill()
      await sleep(500)
      await server?.start()
    }
    const goesOn = answered.size + CLIENTS
    expect(await comesTrue(() => answered.size >= goesOn, 60_000)).toBe(true)
    isOver = true
    await clients
    const left = () => {
      const ran = new Set(readRuns(runs).map(({ id }) => id))
      return [...answered].filter((id) => !ran.has(id)).length
    }
    // By the worker that was there all the time.
    expect(await comesTrue(() => left() === 0, 60_000)).toBe(true)
    await worker.end('SIGKILL')
    await web.end('SIGKILL')
    expect(await countLost('the store', answered, runs)).toBe(0)
  })

  it('SIGTERM: 50 tasks that never started are 50 jobs of the next process', async () => {
    const runs = newRuns()
    const web = await Child.start({ role: 'web', store, runs })
    expect(await web.post('waiting/50')).toBe(true)
    await web.end('SIGTERM')
    expect(readRuns(runs)).toEqual([])
    const worker = await Child.start({ role: 'worker', store, runs })
    expect(await comesTrue(() => readRuns(runs).length >= 50, 30_000)).toBe(true)
    await worker.end('SIGKILL')
    expect(new Set(readRuns(runs).map(({ id }) => id)).size).toBe(50)
  })
}
