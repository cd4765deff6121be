import {
  background,
  createRunner,
  currentTask,
  Task,
  type TaskContext,
  Tasks,
} from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { turn } from './deferred.js'
import { fakeResponse, sent } from './fake-response.js'

function watch() {
  const seen: (TaskContext | undefined)[] = []
  const look = (): void => void seen.push(currentTask())
  return { seen, look }
}

describe('currentTask()', () => {
  it('is undefined outside of a task', () => {
    expect(currentTask()).toBeUndefined()
  })

  it('is the task at the top of its function, and undefined after an await', async () => {
    const { seen, look } = watch()
    await new Task(async function send() {
      look()
      await turn()
      look()
    })()
    expect(seen[0]).toMatchObject({ name: 'send', attempt: 1 })
    expect(seen[1]).toBeUndefined()
    expect(currentTask()).toBeUndefined()
  })

  it('is undefined again after a function that throws', async () => {
    const task = new Task(() => {
      throw new Error('no route')
    })
    const ended = task()
    expect(currentTask()).toBeUndefined()
    await expect(ended).rejects.toThrow('no route')
  })

  it('is the inner task inside of a task that runs another, and then the outer one', async () => {
    const { seen, look } = watch()
    const inner = new Task(look).with({ name: 'inner' })
    const outer = new Task(() => {
      look()
      const ended = inner()
      look()
      return ended
    }).with({ name: 'outer' })
    await outer()
    expect(seen.map((task) => task?.name)).toEqual(['outer', 'inner', 'outer'])
    expect(seen[0]).toBe(seen[2])
  })

  it('has an id that is unique, and stays the same', async () => {
    const { seen, look } = watch()
    await new Tasks([new Task(look), new Task(look)])()
    expect(seen[0]?.id).toBe(seen[0]?.id)
    expect(seen[0]?.id).not.toBe(seen[1]?.id)
  })

  it('has the id and the name of the TaskRun in a runner', async () => {
    const { seen, look } = watch()
    const run = createRunner().addTask(background(look, { name: 'looking' }))
    await run.done
    expect(seen[0]).toMatchObject({ id: run.id, name: 'looking' })
  })

  it('has no request and no outcome outside of a response', async () => {
    const { seen, look } = watch()
    await createRunner().addTask(look).done
    await new Task(look)()
    expect(seen).toMatchObject(Array(2).fill({ request: undefined, outcome: undefined }))
  })

  it('has the request and the outcome of its response, in a Tasks too', async () => {
    const { seen, look } = watch()
    const response = fakeResponse()
    response.tasks.addTask(look)
    response.tasks.addTask(new Tasks([new Tasks([new Task(look)], { asGroup: true })]))
    response.end(sent)
    await response.runner.settled()
    const request = { id: 'r1', method: 'POST', url: '/signup?token=secret' }
    expect(seen).toMatchObject(Array(2).fill({ request, outcome: sent }))
  })

  it('has a signal that nothing has aborted', async () => {
    const { seen, look } = watch()
    await new Task(look)()
    expect(seen[0]?.signal.aborted).toBe(false)
    expect(seen[0]?.signal).toBe(seen[0]?.signal)
  })
})
