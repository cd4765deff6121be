import { type BullmqEngine, bullmqEngine } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import type { BenchStore } from './stores.js'

/** Ours, or BullMQ used directly. */
export interface Side {
  /** Stores one job, whose function does nothing. */
  add(): Promise<unknown>
  /** Runs jobs until so many have run, and gives back how many a second. */
  work(count: number): Promise<number>
  close(): Promise<unknown>
}

const CONCURRENCY = 10
const TO = 'ada@example.com'

export async function ours(store: BenchStore): Promise<Side> {
  const engine: BullmqEngine = bullmqEngine({ ...store.engine, queueName: 'ours' })
  const runner = createRunner({ engine })
  const meter = new Meter()
  const mail = background(async (_to: string) => meter.count(), { name: 'mail' })
  await engine.ready()
  return {
    add: () => runner.enqueue(mail, TO),
    work: (count) =>
      meter.measure(count, async () => {
        const worker = await startWorker({ engine, tasks: [mail], concurrency: CONCURRENCY })
        return () => worker.close()
      }),
    close: () => engine.close(),
  }
}

export async function direct(store: BenchStore): Promise<Side> {
  const { queue, makeWorker, close } = await store.direct()
  const meter = new Meter()
  // As long kept, and as many, as ours. Not in SQL: there a count costs BullMQ a sort at the end of each job.
  const count = store.engine.redis === undefined ? {} : { count: 10_000 }
  const options = {
    removeOnComplete: { age: 86_400, ...count },
    removeOnFail: { age: 1_209_600 },
  }
  await queue.waitUntilReady()
  return {
    add: () => queue.add('mail', { to: TO }, options),
    work: (count) =>
      meter.measure(count, async () => {
        const worker = makeWorker(CONCURRENCY, async () => meter.count())
        worker.on('error', (error) => console.error(error))
        return () => worker.close()
      }),
    close,
  }
}

/** Counts runs, from the first to the last: without the worker's start. */
class Meter {
  #left = 0
  #first: number | undefined
  #done = () => {}

  count(): void {
    this.#first ??= performance.now()
    this.#left -= 1
    if (this.#left === 0) this.#done()
  }

  async measure(count: number, start: () => Promise<() => Promise<unknown>>): Promise<number> {
    this.#left = count
    this.#first = undefined
    const done = new Promise<void>((resolve) => {
      this.#done = resolve
    })
    const stop = await start()
    await done
    const seconds = (performance.now() - (this.#first ?? 0)) / 1_000
    await stop()
    return count / seconds
  }
}
