import { answerCalls } from './conversation.js'
import { planSessions } from './plan.js'
import { addTallies, noTally, type Tally, visit } from './visit.js'

/** Runs in a process of its own, beside the server's. */
export interface Work {
  readonly port: number
  readonly seed: number
  /** The last session may go a few beyond. */
  readonly requests: number
}

/** So many clients at a time. */
const CLIENTS = 48

const calls = { visitAll }
export type ClientCalls = typeof calls

async function visitAll({ port, seed, requests }: Work): Promise<Tally> {
  let total = noTally
  const sessions = planSessions(seed)
  let planned = 0

  async function keepVisiting(): Promise<void> {
    while (planned < requests) {
      const { value: session } = sessions.next()
      const first = planned
      planned += session.batches.flat().length + session.ending.requests.length
      const tally = await visit(port, session, first)
      total = addTallies(total, tally)
    }
  }

  await Promise.all(Array.from({ length: CLIENTS }, keepVisiting))
  return total
}

answerCalls(calls)
