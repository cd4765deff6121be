import { expect, it } from 'vitest'
import type { KilledStore } from './killed-store.js'
import { comesTrue, Load } from './load.js'
import { tally } from './tally.js'

/** Slots of the worker. */
const SLOTS = 20

/** A folder, and the one process that answers and works. */
export function oneFolder(store: KilledStore): void {
  const { answers } = store.kind

  it(`the one process, with ${answers} accepted jobs: opened again, all of them run`, async () => {
    const own = store.newCase()
    const first = await own.start('both')
    const answered = new Set<string>()
    // They take all slots, so that the rest has not run when it is killed.
    for (let index = 0; index < SLOTS; index += 1) {
      const id = `stuck-${index}`
      if (await first.post(`stuck/${id}/1`)) answered.add(id)
    }
    expect(await comesTrue(() => own.runs().length === SLOTS)).toBe(true)
    const load = new Load(first, 'stored', answered)
    await load.reach(answers)
    await first.end('SIGKILL')
    await load.stop()
    expect(own.runs().length).toBe(SLOTS)

    const { ids } = await own.stored()
    const next = await own.start('both')
    await comesTrue(() => own.runs().length >= ids.size + SLOTS)
    await next.end('SIGTERM')
    const counted = tally('embedded, the one process', { answered, stored: ids, runs: own.runs() })
    expect(counted.lost).toBe(0)
    expect(counted.answered).toBeGreaterThanOrEqual(answers)
    expect(counted).toMatchObject({ run: counted.stored, twice: SLOTS })
  }, 120_000)

  it('a second process on the folder gets a clear error, and the first one goes on', async () => {
    const own = store.newCase()
    const first = await own.start('both')
    const second = own.start('both')
    await expect(second).rejects.toThrow(
      `is used by process ${first.pid}: an embedded store is for`,
    )
    await expect(second).rejects.toThrow('BG_FOLDER_IN_USE')
    expect(await first.post('stored/after-it')).toBe(true)
    expect(await comesTrue(() => own.runs().length === 1)).toBe(true)
    await first.end('SIGKILL')
    // Its lock file is there: nobody holds it.
    const third = await own.start('both')
    expect(await third.post('stored/after-its-death')).toBe(true)
    await third.end('SIGTERM')
  }, 120_000)
}
