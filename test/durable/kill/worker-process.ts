import { expect, it } from 'vitest'
import type { Case, KilledStore } from './killed-store.js'
import { comesTrue } from './load.js'
import { tally } from './tally.js'

const JOBS = 5
/** A killed worker's jobs run again within this, in ms. */
const REDELIVERED_MS = 20_000

/** The worker is killed in the midst of its jobs. */
export function workerProcess(store: KilledStore): void {
  const { name } = store.kind
  const isEmbedded = name === 'embedded'

  // A folder is for one process.
  const sideBySide = isEmbedded ? it : it.concurrent
  sideBySide.each([
    ['once', 1],
    ['twice', 2],
  ])(
    'the worker %s: its jobs run again within 20 s, and a death is an attempt',
    async (how, deaths) => {
      const own = store.newCase()
      let worker = await own.start(isEmbedded ? 'both' : 'worker')
      const web = isEmbedded ? worker : await own.start('web')
      const answered = new Set<string>()
      for (let index = 0; index < JOBS; index += 1) {
        // The one has no retries and the other two of them, both of which it needs.
        for (const kind of ['stuck', 'fails']) {
          const id = `${kind}-${index}`
          if (await web.post(`${kind}/${id}/${deaths}`)) answered.add(id)
        }
      }
      expect(answered.size).toBe(2 * JOBS)

      for (let attempt = 1; attempt <= deaths; attempt += 1) {
        expect(await comesTrue(() => haveRun(own, answered, attempt))).toBe(true)
        const killedAt = performance.now()
        await worker.end('SIGKILL')
        worker = await own.start(isEmbedded ? 'both' : 'worker')
        const left = killedAt + REDELIVERED_MS - performance.now()
        expect(await comesTrue(() => haveRun(own, answered, attempt + 1), left)).toBe(true)
      }
      const failing = [...answered].filter((id) => id.startsWith('fails'))
      expect(await comesTrue(() => haveRun(own, failing, 3))).toBe(true)
      await worker.end('SIGTERM')
      if (!isEmbedded) await web.end('SIGKILL')

      const { ids, dead } = await own.stored()
      const { lost } = tally(`${name}, the worker ${how}`, {
        answered,
        stored: ids,
        runs: own.runs(),
      })
      expect(lost).toBe(0)
      expect(dead).toEqual(new Set(failing))
      const attempts = (id: string) =>
        own
          .runs()
          .filter((run) => run.id === id)
          .map((run) => run.attempt)
      for (const id of answered) {
        expect(attempts(id), id).toEqual(dead.has(id) || deaths === 2 ? [1, 2, 3] : [1, 2])
      }
    },
    120_000,
  )
}

/** Whether each of them has had so many attempts. */
function haveRun(own: Case, ids: Iterable<string>, attempt: number): boolean {
  const runs = own.runs().filter((run) => run.attempt === attempt)
  const ran = new Set(runs.map(({ id }) => id))
  return [...ids].every((id) => ran.has(id))
}
