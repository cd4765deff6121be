import type { Row } from '../row.js'
import { answeredRows } from './answered.js'
import { asyncContextRows } from './async-contexts.js'
import { connectionRows } from './connections.js'
import { drainRows } from './drained.js'
import { enqueuedRows } from './enqueued.js'
import { eventRows } from './events.js'
import { failureRows } from './failures.js'
import { keptRows } from './kept.js'
import { limitRows } from './limits.js'
import { lostRows } from './lost.js'
import { mountingRows } from './mounting.js'
import { orderRows } from './order.js'
import { policyRows } from './policy.js'
import { queuedRows } from './queued.js'
import { reportRows } from './reports.js'
import { retriedRows } from './retried.js'
import { shutDownRows } from './shut-down.js'
import { streamRows } from './streams.js'
import { takenOverRows } from './taken-over.js'
import { timeoutRows } from './timeouts.js'
import { upgradeRows } from './upgrade.js'
import { testRows } from './without-a-client.js'

/** The rows of the matrix, in its parts. */
export const parts: Record<string, Row[]> = {
  'The response was sent': answeredRows,
  'The response was not sent whole': lostRows,
  'The response is taken over from the framework': takenOverRows,
  'Connections that carry more than one answer': [...connectionRows, ...queuedRows],
  'HTTP/2': streamRows,
  "An app's own tests": testRows,
  Upgrades: upgradeRows,
  'Where it is mounted': mountingRows,
  Order: orderRows,
  Policies: policyRows,
  'Timeouts, retries and cancelling': [...timeoutRows, ...retriedRows],
  'Limits, and work that belongs to a response': limitRows,
  'Async context': asyncContextRows,
  'Events and warnings': eventRows,
  Drain: [...drainRows, ...shutDownRows],
  'Durable jobs': enqueuedRows,
  Failures: [...failureRows, ...reportRows],
  'What is kept and what is seen': keptRows,
}
