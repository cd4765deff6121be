import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import type { Exchange } from '../../test/contract/framework.js'
import type { Ledger } from './ledger.js'

/** What the path of a request names: what its handler does. */
export type Scenario = keyof typeof scenarios

/** No handler adds more than this, so the ledger's size is known. */
export const mostTasks = 5

type Handle = (x: Exchange, ledger: Ledger) => unknown

const large = Buffer.alloc(256 * 1024, 'x')
/** More than the kernel takes from the server without being read by the client. */
const huge = Buffer.alloc(16 * 1024 * 1024, 'x')

const fail = () => {
  throw new Error('a task that fails')
}
const reject = async () => {
  await turn()
  fail()
}

export const scenarios = {
  plain(x) {
    x.send('ok')
  },

  one(x, ledger) {
    ledger.add(x.tasks)
    x.send('ok')
  },

  five(x, ledger) {
    ledger.add(x.tasks)
    ledger.add(x.tasks, turn)
    ledger.add(x.tasks, fail)
    ledger.add(x.tasks, reject)
    ledger.add(x.tasks)
    x.send('ok')
  },

  async slow(x, ledger) {
    ledger.add(x.tasks, turn)
    await sleep(2)
    ledger.add(x.tasks)
    x.send('ok')
  },

  group(x, ledger) {
    x.tasks.asGroup = true
    for (const work of [turn, () => sleep(1), undefined, reject, turn]) ledger.add(x.tasks, work)
    x.send('ok')
  },

  /** Added when the response is over. */
  late(x, ledger) {
    x.res.once('close', () => setImmediate(() => ledger.add(x.tasks, turn)))
    x.send('ok')
  },

  /** A task that adds a task that adds a task. */
  chain({ tasks, send }, ledger) {
    ledger.add(tasks, () => ledger.add(tasks, () => ledger.add(tasks, turn)))
    send('ok')
  },

  'after done'({ tasks, send }, ledger) {
    void ledger.add(tasks, turn).done.then(() => ledger.add(tasks))
    send('ok')
  },

  fails(x, ledger) {
    ledger.add(x.tasks, fail)
    ledger.add(x.tasks)
    x.send('ok')
  },

  throws(x, ledger) {
    ledger.add(x.tasks)
    throw new Error('a handler that throws')
  },

  async 'throws later'(x, ledger) {
    await turn()
    ledger.add(x.tasks, turn)
    throw new Error('a handler that rejects')
  },

  /** Lasts into the next requests of its connection. */
  timer(x, ledger) {
    ledger.add(x.tasks, () => sleep(20))
    ledger.add(x.tasks)
    x.send('ok')
  },

  large(x, ledger) {
    ledger.add(x.tasks)
    x.send(large)
  },

  'large, then a task'(x, ledger) {
    endRaw(x, large)
    ledger.add(x.tasks, turn)
  },

  huge(x, ledger) {
    ledger.add(x.tasks)
    x.send(huge)
  },

  'huge, then a task'(x, ledger) {
    endRaw(x, huge)
    ledger.add(x.tasks)
  },

  /** Never answers. */
  hang(x, ledger) {
    ledger.add(x.tasks)
    return new Promise(() => {})
  },

  /** Answers, and adds, when nobody is there any more. */
  async 'hang, then a task'(x, ledger) {
    ledger.add(x.tasks, turn)
    await gone(x)
    x.send('too late')
    await turn()
    ledger.add(x.tasks)
  },

  /** The first task of its response is added when nobody is there any more. */
  async 'gone, then a task'(x, ledger) {
    await gone(x)
    await turn()
    ledger.add(x.tasks)
  },

  half(x, ledger) {
    ledger.add(x.tasks)
    x.takeOver()
    x.res.writeHead(200, { 'content-length': 2_000 }).write('x'.repeat(1_000))
  },

  destroy(x, ledger) {
    ledger.add(x.tasks, turn)
    x.takeOver()
    x.res.destroy()
  },
} satisfies Record<string, Handle>

/** Not of the response: one whose answer is queued hears nothing of its connection. */
function gone({ req }: Exchange): Promise<void> {
  return new Promise((resolve) => req.socket.once('close', () => resolve()))
}

function endRaw(x: Exchange, body: Buffer): void {
  x.takeOver()
  x.res.statusCode = 200
  x.res.end(body)
}
