import { expect, it } from 'vitest'
import type { Case, KilledStore } from './killed-store.js'
import { comesTrue, Load } from './load.js'
import { type Tally, tally } from './tally.js'

const ROUNDS = 3

/** The process that answers is killed under load, again and again. */
export function answeringProcess(store: KilledStore): void {
  const { name, answers } = store.kind

  it(`the answering process, in ${ROUNDS} rounds: nothing that was answered is lost`, async () => {
    const own = store.newCase()
    const answered = await killRounds(own, 'stored', answers)
    const { lost, ...rest } = await runAll(own, `${name}, the answering process`, answered)
    expect(lost).toBe(0)
    expect(rest.answered).toBeGreaterThanOrEqual(answers)
    expect(rest.run).toBe(rest.stored)
  }, 300_000)

  // Elsewhere as well, but there the time in between is so short that it is a matter of luck.
  if (name !== 'PostgreSQL') return
  it('the trap: what is stored after the answer is lost', async () => {
    const own = store.newCase()
    const answered = await killRounds(own, 'late', answers / 5)
    const { lost } = await runAll(own, `${name}, stored after the answer (the trap)`, answered)
    expect(lost).toBeGreaterThan(0)
  }, 300_000)
}

/** What was answered, in all rounds. */
async function killRounds(own: Case, where: string, answers: number): Promise<Set<string>> {
  const answered = new Set<string>()
  for (let round = 1; round <= ROUNDS; round += 1) {
    const web = await own.start('web')
    const load = new Load(web, where, answered)
    await load.reach(Math.ceil((answers * round) / ROUNDS))
    await web.end('SIGKILL')
    await load.stop()
  }
  return answered
}

/** Looks at what the store has, and lets all of it run. */
async function runAll(own: Case, title: string, answered: Set<string>): Promise<Tally> {
  const { ids } = await own.stored()
  const worker = await own.start('worker')
  await comesTrue(() => new Set(own.runs().map(({ id }) => id)).size >= ids.size)
  await worker.end('SIGKILL')
  return tally(title, { answered, stored: ids, runs: own.runs() })
}
