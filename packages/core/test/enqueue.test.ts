import { background, createRunner, type Engine, type Job } from '@backgrounder/core'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { describe, expect, it } from 'vitest'
import { deferred } from './deferred.js'
import { fakeResponse } from './fake-response.js'

const send = (_to: string) => {}
const mail = background(send, { name: 'mail' })

/** An engine that keeps what it is given, or does what the test says. */
function engineThat(add: Engine['add'], over: Partial<Engine> = {}): Engine {
  return { ...inMemoryEngine(), ...over, add, work: inMemoryEngine().work }
}

function keeping(over: Partial<Engine> = {}): { engine: Engine; jobs: Job[] } {
  const jobs: Job[] = []
  const add = async (job: Job) => {
    jobs.push(job)
    return { id: `id-${jobs.length}` }
  }
  return { engine: engineThat(add, over), jobs }
}

describe('enqueue', () => {
  it('gives the engine the name, the arguments and the policies, and resolves to the id', async () => {
    const { engine, jobs } = keeping()
    const { tasks, runner } = fakeResponse({ engine, timeout: 7, retries: 2 })
    expect(await tasks.enqueue(mail, 'a@b.c')).toEqual({ id: 'id-1' })
    await tasks.enqueue(mail.with({ timeout: false, retries: 0, key: 'k', delay: 5 }), 'd')
    await tasks.with({ key: 'l' }).enqueue(mail, 'e')
    await runner.enqueue(mail, 'f')
    const job = { id: undefined, name: 'mail', key: undefined, delay: 0, timeout: 7, retries: 2 }
    expect(jobs).toEqual([
      { ...job, args: ['a@b.c'] },
      { ...job, args: ['d'], timeout: false, retries: 0, key: 'k', delay: 5 },
      { ...job, args: ['e'], key: 'l' },
      { ...job, args: ['f'] },
    ])
  })

  it('neither starts the function here, nor counts as a task of the response', async () => {
    const { engine } = keeping()
    const { tasks, runner, end } = fakeResponse({ engine })
    await tasks.enqueue(mail, 'a')
    end()
    await runner.settled()
    expect([tasks.size, runner.stats.succeeded, runner.stats.pending]).toEqual([0, 0, 0])
  })

  it('without an engine is an error that names the option', async () => {
    const { tasks } = fakeResponse()
    await expect(tasks.enqueue(mail, 'a')).rejects.toMatchObject({
      code: 'BG_NO_ENGINE',
      message: expect.stringContaining('option `engine`'),
    })
  })

  it('takes a definition with a name of its own, and nothing else', async () => {
    const { engine, jobs } = keeping()
    const { tasks } = fakeResponse({ engine })
    const refused = [
      // @ts-expect-error a plain function is no definition
      tasks.enqueue(send, 'a'),
      // @ts-expect-error a wrong argument
      tasks.enqueue(mail, 7).then(() => Promise.reject({ code: 'BG_NOT_DURABLE' })),
      tasks.enqueue(background(send), 'a'),
      tasks.enqueue(undefined as never),
    ]
    for (const call of refused) await expect(call).rejects.toMatchObject({ code: 'BG_NOT_DURABLE' })
    await expect(tasks.enqueue(background(send), 'a')).rejects.toThrow(
      'give it a name with background(fn, { name })',
    )
    expect(jobs.length).toBe(1) // that with the wrong type
  })

  it.each(['a\0b', 'half \ud83d'])('refuses a name that a store would change: %j', async (name) => {
    const { engine, jobs } = keeping()
    const { tasks } = fakeResponse({ engine })
    await expect(tasks.enqueue(background(send, { name }), 'a')).rejects.toThrow(TypeError)
    expect(jobs).toEqual([])
  })

  it('taken off the tasks of a response, says so', () => {
    const { enqueue } = fakeResponse().tasks
    expect(() => enqueue(mail, 'a')).toThrow('Call it on them: tasks.enqueue(…)')
  })
})

describe('an engine that does not take a job', () => {
  it('is a 503 with its error as the cause', async () => {
    const cause = new Error('connection refused')
    const { tasks } = fakeResponse({ engine: engineThat(() => Promise.reject(cause)) })
    const error = await tasks.enqueue(mail, 'a').catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'BG_ENQUEUE', status: 503, statusCode: 503, cause })
    expect(error.message).toBe('Task mail was not enqueued: connection refused')
    expect(error.getResponse().status).toBe(503)
  })

  it.each([
    ['throws', new Error('at once'), 'at once'],
    ['has an error without a message', Object.assign(new Error(''), { code: 'E1' }), 'E1'],
    ['rejects with nothing', undefined, 'the store has failed'],
  ])('%s: the same', async (_, thrown, text) => {
    const engine = engineThat(() => {
      throw thrown
    })
    await expect(fakeResponse({ engine }).tasks.enqueue(mail, 'a')).rejects.toMatchObject({
      code: 'BG_ENQUEUE',
      message: `Task mail was not enqueued: ${text}`,
    })
  })

  it('and does not answer is a 503 after its acceptTimeout', async () => {
    const { promise } = deferred<{ id: string }>()
    const engine = engineThat(() => promise, { acceptTimeout: 20 })
    await expect(fakeResponse({ engine }).tasks.enqueue(mail, 'a')).rejects.toMatchObject({
      code: 'BG_ENQUEUE',
      message: expect.stringContaining('20 ms (acceptTimeout)'),
    })
  })
})

describe('the options of enqueue', () => {
  it.each([{ key: 'k' }, { delay: 5 }])('are refused by addTask: %o', (options) => {
    const runner = createRunner()
    expect(() => runner.addTask(mail.with(options), 'a')).toThrow('It is an option of enqueue')
    expect(runner.stats.pending).toBe(0)
  })

  it.each([
    [{ key: '' }, 'Expected `key` to be a string that is not empty'],
    [{ key: 7 }, 'Expected `key` to be'],
    [{ delay: -1 }, 'Expected `delay` to be a finite number of ms'],
    [{ delay: Number.POSITIVE_INFINITY }, 'Expected `delay` to be'],
    [{ durable: 'yes' }, 'Expected `durable` to be true or false'],
  ])('are checked: %o', (options, message) => {
    expect(() => mail.with(options as never)).toThrow(message)
  })

  it.each([{}, 'redis://localhost', { add() {} }])('the engine is one: %o', (engine) => {
    expect(() => createRunner({ engine: engine as never })).toThrow(
      'Expected `engine` to be an engine, such as bullmqEngine({ redis })',
    )
  })
})
