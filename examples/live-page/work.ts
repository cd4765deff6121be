import { setTimeout as sleep } from 'node:timers/promises'
import { type Background, background, currentTask, PermanentError } from '@backgrounder/core'

// What the three apps do after their answers: nothing but to wait, for as long as such work takes.
// What fails, and how often, goes by the number: the same traffic gives the same page.

const nth = (id: string, every: number) => Number(id) % every === 0

export const welcomeMail: Background<[to: string]> = background(
  (_to: string) => sleep(60 + Math.random() * 140),
  { name: 'welcome-mail', when: 'success' }, // skipped when the sign-up was refused
)

export const auditLine: Background<[line: string]> = background(
  (_line: string) => sleep(2 + Math.random() * 8),
  { name: 'audit-line' },
)

/** One in three is tried again, and one in six has no success. */
export const chargeCard: Background<[order: string]> = background(
  async (order: string) => {
    const attempt = currentTask()?.attempt
    await sleep(80 + Math.random() * 220)
    if (nth(order, 6)) throw new Error(`The card of order ${order} was declined`)
    if (nth(order, 3) && attempt === 1) throw new Error('The bank answered 503')
  },
  { name: 'charge-card', retries: { attempts: 3, delay: 400 } },
)

export const thumbnail: Background<[photo: string, width: number]> = background(
  (_photo: string, width: number) => sleep(width / 3),
  { name: 'thumbnail' },
)

export const monthlyReport: Background<[month: string]> = background(
  (_month: string) => sleep(1_500 + Math.random() * 2_500),
  { name: 'monthly-report' },
)

/** One in two is out of time, and does not obey its signal: it is overdue until it ends. */
export const webhook: Background<[id: string]> = background(
  (id: string) => sleep(nth(id, 2) ? 2_000 : 120),
  { name: 'webhook', timeout: 400 },
)

/** Takes long, and ends when it is cancelled. */
export const exportData: Background<[id: string]> = background(
  (_id: string) => sleep(6_000, undefined, { signal: currentTask()?.signal }),
  { name: 'export' },
)

/**
 * A job. While the printer is out of paper every second one is a dead letter, whose retry prints it when
 * there is some again.
 */
export function invoiceJob(hasPaper: () => boolean): Background<[order: string]> {
  return background(
    async (order: string) => {
      await sleep(300)
      if (nth(order, 2) && !hasPaper()) throw new PermanentError('The printer is out of paper')
    },
    { name: 'invoice', retries: 2 },
  )
}
