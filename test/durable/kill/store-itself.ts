import { expect, it } from 'vitest'
import type { KilledStore } from './killed-store.js'
import { comesTrue, Load } from './load.js'
import { tally } from './tally.js'

const ROUNDS = 3
/** So many more, of the server that is there again. */
const GOES_ON = 50

/** The server of the store is killed under load, and started again. */
export function storeItself(store: KilledStore): void {
  const { name, answers } = store.kind

  it(`the store, in ${ROUNDS} rounds: server and worker go on, and nothing that was answered is lost`, async () => {
    const own = store.newCase()
    const [worker, web] = [await own.start('worker'), await own.start('web')]
    const answered = new Set<string>()
    const load = new Load(web, 'stored', answered)
    for (let round = 1; round <= ROUNDS; round += 1) {
      await load.reach(Math.ceil((answers * round) / ROUNDS))
      await store.kill()
      await store.start()
      await load.reach(answered.size + GOES_ON)
    }
    await load.stop()

    const { ids } = await own.stored()
    const haveRun = () => new Set(own.runs().map(({ id }) => id))
    await comesTrue(() => haveRun().size >= ids.size)
    const counted = tally(`${name}, the store`, { answered, stored: ids, runs: own.runs() })
    expect(counted.lost).toBe(0)
    expect(counted.answered).toBeGreaterThanOrEqual(answers)
    expect(counted.run).toBe(counted.stored)
    // The same ones all the time.
    expect([worker.isAlive, web.isAlive]).toEqual([true, true])
    await worker.end('SIGKILL')
    await web.end('SIGKILL')
  }, 300_000)
}
