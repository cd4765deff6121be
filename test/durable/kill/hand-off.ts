import { expect, it } from 'vitest'
import type { KilledStore } from './killed-store.js'
import { comesTrue } from './load.js'
import { tally } from './tally.js'

const TASKS = 50

/** The process that answers is stopped in order, and has not come to what it has to do. */
export function handOff(store: KilledStore): void {
  it(`SIGTERM: ${TASKS} durable tasks that never started are jobs that the next process runs`, async () => {
    const own = store.newCase()
    const web = await own.start('web')
    expect(await web.post(`waiting/${TASKS}`)).toBe(true)
    const waiting = Array.from({ length: TASKS }, (_, index) => `waiting-${index}`)
    await web.end('SIGTERM')
    // What had the only slot could not be handed on: it is abandoned.
    const report = JSON.parse(web.stdout)
    expect({ ...report, abandoned: report.abandoned.length }).toMatchObject({
      ok: false,
      handedOff: TASKS,
      abandoned: 1,
    })
    expect(own.runs()).toEqual([])

    const { ids } = await own.stored()
    const worker = await own.start('worker')
    await comesTrue(() => own.runs().length >= TASKS)
    await worker.end('SIGTERM')
    const counted = tally(`${store.kind.name}, SIGTERM`, {
      answered: new Set(waiting),
      stored: ids,
      runs: own.runs(),
    })
    expect(counted).toEqual({ answered: TASKS, stored: TASKS, lost: 0, run: TASKS, twice: 0 })
  }, 120_000)
}
