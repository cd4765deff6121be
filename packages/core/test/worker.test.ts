import { background, currentTask, type Delivery, type Engine, type Work } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { describe, expect, it } from 'vitest'

/** A worker whose deliveries the test makes itself. */
async function workerOf(
  tasks: Parameters<typeof startWorker>[0]['tasks'],
  options: Partial<Parameters<typeof startWorker>[0]> = {},
) {
  let work!: Work
  const engine: Engine = Object.assign(inMemoryEngine(), {
    async work(given: Work) {
      work = given
      return { async pause() {}, async close() {} }
    },
  })
  const worker = await startWorker({ engine, tasks, onError() {}, ...options })
  const deliver = (over: Partial<Delivery> = {}) =>
    work.deliver({
      ...{
        id: 'j1',
        name: 'send',
        args: [],
        attempt: 1,
        deaths: 0,
        timeout: false,
        retries: 0,
        headers: undefined,
      },
      ...over,
    })
  return { worker, deliver, work }
}

describe('a delivery', () => {
  it('of a name that the worker does not have is unknown', async () => {
    const { deliver } = await workerOf([])
    expect(await deliver()).toEqual({ state: 'unknown' })
  })

  it('of a name that the worker does not have is told, once', async () => {
    const { deliver } = await workerOf([])
    const warned: unknown[] = []
    const hear = (warning: Error) => warned.push(warning.message)
    process.on('warning', hear)
    await deliver({ name: 'typo' })
    await deliver({ name: 'typo' })
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', hear)
    expect(warned.filter((text) => `${text}`.includes('the name typo'))).toHaveLength(1)
  })

  it('runs with the id, the attempt and the arguments of the job', async () => {
    const seen: unknown[] = []
    const send = background(
      (to: string) => {
        const { id, name, attempt, request, outcome } = currentTask() ?? {}
        seen.push({ to, id, name, attempt, request, outcome })
      },
      { name: 'send' },
    )
    const { deliver } = await workerOf([send])
    expect(await deliver({ id: 'j7', attempt: 3, args: ['a'] })).toEqual({ state: 'succeeded' })
    const task = { id: 'j7', name: 'send', attempt: 3, request: undefined, outcome: undefined }
    expect(seen).toEqual([{ to: 'a', ...task }])
  })

  it('that fails is given back as long as there are attempts, and reported at the last', async () => {
    const reported: unknown[] = []
    const error = new Error('no')
    const fail = background(() => Promise.reject(error), { name: 'send' })
    const { deliver } = await workerOf([fail], {
      onError: (thrown, run) => reported.push([thrown, run?.id, run?.attempt]),
    })
    const retries = { attempts: 2, delay: 40, jitter: false }
    expect(await deliver({ retries })).toEqual({ state: 'retry', error, delay: 40 })
    expect(reported).toEqual([])
    expect(await deliver({ retries, attempt: 2 })).toEqual({ state: 'failed', error })
    expect(reported).toEqual([[error, 'j1', 2]])
  })

  it('with which too many workers have died is failed without another call', async () => {
    let calls = 0
    const send = background(
      () => {
        calls += 1
      },
      { name: 'send' },
    )
    const { deliver } = await workerOf([send])
    expect(await deliver({ deaths: 2, attempt: 3 })).toEqual({ state: 'succeeded' })
    expect(await deliver({ deaths: 3, attempt: 4 })).toMatchObject({
      state: 'failed',
      error: { code: 'BG_WORKER_DIED' },
    })
    expect(await deliver({ deaths: 5, attempt: 6, retries: 5 })).toEqual({ state: 'succeeded' })
    expect(await deliver({ deaths: 6, attempt: 7, retries: 5 })).toMatchObject({ state: 'failed' })
    expect(calls).toBe(2)
  })

  it('is not cancelled by the `signal` of its definition: that is of another process', async () => {
    const aborted = background(() => {}, { name: 'send', signal: AbortSignal.abort('closed') })
    expect(await (await workerOf([aborted])).deliver()).toEqual({ state: 'succeeded' })
  })

  it('is wrapped by `around`, as a task of a runner', async () => {
    const around: string[] = []
    const send = background(() => around.push('send'), { name: 'send' })
    const { deliver } = await workerOf([send], {
      around(run, next) {
        around.push(`${run.name} ${run.id}`)
        return next()
      },
    })
    await deliver()
    expect(around).toEqual(['send j1', 'send'])
  })
})

describe('the options of a worker', () => {
  const engine = inMemoryEngine()
  const send = background(() => {}, { name: 'send' })
  it.each<[string, unknown, string]>([
    ['no engine', { tasks: [] }, 'Expected `engine` to be an engine'],
    ['no tasks', { engine }, 'Expected `tasks` to be a list of definitions'],
    ['a plain function', { engine, tasks: [() => {}] }, 'to be a definition with a name'],
    ['no name', { engine, tasks: [background(() => {})] }, 'to be a definition with a name'],
    ['one name twice', { engine, tasks: [send, send.with({})] }, 'definitions of different names'],
    ['a typo', { engine, tasks: [], concurency: 1 }, 'Unknown option `concurency` of startWorker'],
    ['a concurrency of none', { engine, tasks: [], concurrency: 0 }, 'Expected `concurrency`'],
    ['no limit', { engine, tasks: [], concurrency: Infinity }, 'Expected `concurrency`'],
  ])('%s is refused', async (_, options, message) => {
    await expect(startWorker(options as never)).rejects.toThrow(TypeError)
    await expect(startWorker(options as never)).rejects.toThrow(message)
  })
})

describe('an error of the store', () => {
  it('goes to onError without a run, and the same one not at every try', async () => {
    const told: unknown[] = []
    const { work } = await workerOf([], { onError: (error, run) => told.push([error, run]) })
    const [down, other] = [new Error('down'), new Error('other')]
    for (const error of [down, down, other, down]) work.onError(error)
    expect(told).toEqual([
      [down, undefined],
      [other, undefined],
    ])
  })

  it('is a line on the logger otherwise', async () => {
    const lines: string[] = []
    const { work } = await workerOf([], {
      onError: undefined,
      logger: { error: (line) => lines.push(line) },
    })
    work.onError(new Error('connection refused'))
    expect(lines[0]).toMatch(/^the store of the jobs failed · Error: connection refused\n {4}/)
  })
})

describe('to close a worker', () => {
  it('with a wrong timeout is refused, and may be tried again', async () => {
    const { worker } = await workerOf([])
    await expect(worker.close({ timeout: '5s' as never })).rejects.toThrow('Expected `timeout`')
    expect(await worker.close({ timeout: 5 })).toMatchObject({ ok: true })
  })
})
