import { inspect } from 'node:util'
import { background, createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { fakeResponse } from './fake-response.js'

function sendEmail(_to: string, _options?: object) {}

describe.each([
  ['String', (value: unknown) => String(value)],
  ['util.inspect', (value: unknown) => inspect(value)],
])('%s', (_, print) => {
  it('shows a Task by its function and its arguments', () => {
    expect(print(new Task(sendEmail, 'a@b.c'))).toBe("Task(func=sendEmail, args=['a@b.c'])")
    expect(print(new Task(sendEmail, 'a@b.c', { copies: [1] }))).toBe(
      "Task(func=sendEmail, args=['a@b.c', { copies: [ 1 ] }])",
    )
  })

  it('shows a function without a name as (anonymous)', () => {
    expect(print(new Task(() => {}))).toBe('Task(func=(anonymous), args=[])')
  })

  it('stays on one line, however long the arguments are', () => {
    const options = { subject: 'x'.repeat(60), text: 'y'.repeat(60) }
    expect(print(new Task(sendEmail, 'a@b.c', options))).not.toContain('\n')
    expect(print(new Tasks([new Task(sendEmail, 'a@b.c', options)]))).not.toContain('\n')
  })

  it('shows a Tasks by its list and its mode', () => {
    expect(print(new Tasks())).toBe('Tasks(tasks=[], asGroup=false)')
    expect(print(new Tasks([new Task(sendEmail, 'a@b.c')]))).toBe(
      "Tasks(tasks=[Task(func=sendEmail, args=['a@b.c'])], asGroup=false)",
    )
  })

  it('shows a Tasks inside of a Tasks', () => {
    const inner = new Tasks([new Task(sendEmail, 'a'), new Task(sendEmail, 'b')], { asGroup: true })
    expect(print(new Tasks([inner, new Task(sendEmail, 'c')]))).toBe(
      "Tasks(tasks=[Tasks(tasks=[Task(func=sendEmail, args=['a']), " +
        "Task(func=sendEmail, args=['b'])], asGroup=true), " +
        "Task(func=sendEmail, args=['c'])], asGroup=false)",
    )
  })
})

describe('util.inspect', () => {
  it('shows a Task inside of other values', () => {
    const value = { task: new Task(sendEmail, 'a@b.c') }
    expect(inspect(value)).toBe("{ task: Task(func=sendEmail, args=['a@b.c']) }")
  })

  it('goes as deep as it was told', () => {
    const tasks = new Tasks([new Tasks([new Task(sendEmail, 'a')])])
    expect(inspect(tasks, { depth: 0 })).toBe('Tasks(tasks=[[Tasks]], asGroup=false)')
    expect(inspect(tasks, { depth: 1 })).toBe(
      'Tasks(tasks=[Tasks(tasks=[[Task]], asGroup=false)], asGroup=false)',
    )
  })

  it.each([null, Infinity])('shows everything at depth %s', (depth) => {
    const tasks = new Tasks([new Task(sendEmail, 'a', { b: { c: { d: {} } } })])
    expect(inspect(tasks, { depth, breakLength: Infinity, compact: 10 })).toBe(
      "Tasks(tasks=[Task(func=sendEmail, args=['a', { b: { c: { d: {} } } }])], asGroup=false)",
    )
  })

  it('shows a TaskRun and the tasks of a response small, without what they hold', async () => {
    const runner = createRunner()
    const run = runner.addTask(sendEmail, 'secret')
    expect(inspect(run)).toMatch(/^TaskRun\(id=\S+, name=sendEmail, state=ready\)$/)
    await run.done
    expect(inspect(run)).toMatch(/^TaskRun\(id=\S+, name=sendEmail, state=succeeded\)$/)
    const { tasks } = fakeResponse()
    tasks.addTask(sendEmail, 'secret')
    expect(inspect({ tasks })).toBe('{ tasks: RequestTasks(size=1, asGroup=false) }')
  })
})

describe('name', () => {
  it("is the function's own", () => {
    expect(new Task(sendEmail, 'a@b.c').name).toBe('sendEmail')
    expect(background(sendEmail).name).toBe('sendEmail')
    expect(new Tasks().name).toBe('Tasks')
  })

  it('is (anonymous) for a function without one', () => {
    expect(new Task(() => {}).name).toBe('(anonymous)')
    expect(background(() => {}).name).toBe('(anonymous)')
  })

  it('is the option where there is one', () => {
    expect(background(sendEmail, { name: 'welcome-mail' }).name).toBe('welcome-mail')
    expect(new Task(sendEmail, 'a@b.c').with({ name: 'welcome-mail' }).name).toBe('welcome-mail')
    const definition = background(sendEmail, { name: 'welcome-mail' })
    expect(new Task(definition, 'a@b.c').name).toBe('welcome-mail')
  })
})

it('a TaskRun prints small, as JSON too', async () => {
  const runner = createRunner()
  const run = runner.addTask(function send() {})
  await runner.settled()
  expect(inspect(run)).toBe(`TaskRun(id=${run.id}, name=send, state=succeeded)`)
  expect(JSON.parse(JSON.stringify(run))).toEqual({ id: run.id, name: 'send', state: 'succeeded' })
})
