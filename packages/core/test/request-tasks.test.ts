import { background, createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'
import { fakeResponse, sent } from './fake-response.js'

describe('the tasks of a response', () => {
  it('wait until it is over, and start in a later turn', async () => {
    const { tasks, end } = fakeResponse()
    let started = false
    const run = tasks.addTask(() => {
      started = true
    })
    await turn()
    expect([run.state, started]).toEqual(['waiting', false])
    end()
    expect([run.state, started]).toEqual(['ready', false])
    await run.done
    expect(started).toBe(true)
  })

  it('may be functions with arguments, Tasks in both senses, and definitions', async () => {
    const seen: string[] = []
    const record = (value: string): void => void seen.push(value)
    const { tasks, runner, end } = fakeResponse()
    tasks.addTask(record, 'a function')
    tasks.addTask(new Task(record, 'a Task'))
    tasks.addTask(new Tasks([new Task(record, 'a Tasks')]))
    tasks.addTask(background(record, { name: 'recording' }), 'a definition')
    end()
    await runner.settled()
    expect(seen).toEqual(['a function', 'a Task', 'a Tasks', 'a definition'])
  })

  it('start in order: each when the one before is settled', async () => {
    const { tasks, runner, end } = fakeResponse()
    const gates = [deferred(), deferred()] as const
    const started: number[] = []
    const add = (value: number, gate?: Promise<void>) =>
      tasks.addTask(() => {
        started.push(value)
        return gate
      })
    add(0, gates[0].promise)
    add(1, gates[1].promise)
    const last = add(2)
    end()
    await turn()
    await turn()
    expect(started).toEqual([0])
    gates[0].resolve()
    await turn()
    await turn()
    expect(started).toEqual([0, 1])
    expect(last.state).toBe('waiting')
    gates[1].reject(new Error('no route'))
    await runner.settled()
    expect(started).toEqual([0, 1, 2])
  })

  it('run once, also when the response is reported over twice', async () => {
    const { tasks, runner, end } = fakeResponse()
    let calls = 0
    tasks.addTask(() => (calls += 1))
    end()
    end()
    await runner.settled()
    end()
    await turn()
    expect(calls).toBe(1)
  })

  it('do not wait for those of other responses', async () => {
    const runner = createRunner()
    const [first, second] = [fakeResponse({}, runner), fakeResponse({}, runner)]
    first.tasks.addTask(() => new Promise(() => {}))
    const run = second.tasks.addTask(() => {})
    first.end()
    second.end()
    await run.done
    expect(runner.stats.pending).toBe(1)
  })

  it('are run soon when they are added late', async () => {
    const { tasks, end, runner } = fakeResponse()
    end(sent)
    const late = tasks.addTask(() => {})
    expect(late.state).toBe('ready')
    await late.done
    await tasks.addTask(() => {}).done
    expect(runner.stats.succeeded).toBe(2)
  })

  it('stand in line when they are added by a task of the response', async () => {
    const { tasks, runner, end } = fakeResponse()
    const seen: string[] = []
    tasks.addTask(() => {
      seen.push('first')
      tasks.addTask(() => seen.push('added by the first'))
    })
    tasks.addTask(() => seen.push('second'))
    end()
    await runner.settled()
    expect(seen).toEqual(['first', 'second', 'added by the first'])
  })

  it('are counted until they are settled', async () => {
    const { tasks, runner, end } = fakeResponse()
    expect(tasks.size).toBe(0)
    tasks.addTask(() => {})
    tasks.addTask(() => Promise.reject(new Error('no route')))
    expect(tasks.size).toBe(2)
    end()
    await runner.settled()
    expect(tasks.size).toBe(0)
  })

  it('know the request, and are named after it where they have no name', async () => {
    const { tasks } = fakeResponse()
    const run = tasks.addTask(() => {})
    expect(run.request).toEqual({ id: 'r1', method: 'POST', url: '/signup?token=secret' })
    expect(run.name).toBe('(anonymous) POST /signup')
    expect(tasks.addTask(function send() {}).name).toBe('send')
    expect(tasks.with({ name: 'mail' }).addTask(() => {}).name).toBe('mail')
  })
})

it.each(['addTask', 'track'] as const)(
  '%s taken off the collector says where it belongs',
  (name) => {
    const { tasks, runner } = fakeResponse()
    const method = tasks[name] as (this: unknown, value: unknown) => unknown
    for (const receiver of [undefined, null, 'tasks', {}, runner]) {
      const call = () => Reflect.apply(method, receiver, [() => {}])
      expect(call).toThrow(TypeError)
      expect(call).toThrow(`Call it on them: tasks.${name}(…)`)
    }
  },
)
