import { createRunner, currentTask, Task, Tasks } from '@backgrounder/core'
import { expect, it, vi } from 'vitest'

// Each task had a listener of its own on the signal. To add one, Node looks at all there are: for
// 30,000 tasks that blocked the process for 14 s, and 10 s more when they ended.
it('one signal has one listener, for all the tasks of a runner', () => {
  const { signal } = new AbortController()
  const listens = vi.spyOn(signal, 'addEventListener')
  const runner = createRunner({ concurrency: 1 })
  const task = new Task(() => {}).with({ signal })
  for (let count = 0; count < 100; count++) runner.addTask(task)
  expect(listens).toHaveBeenCalledOnce()
})

it('the signal of a group has no listener of ours, however many of its tasks look at theirs', async () => {
  const listens = vi.spyOn(AbortSignal.prototype, 'addEventListener')
  const look = () => void currentTask()?.signal
  const tasks = Array.from({ length: 100 }, () => new Task(look).with({ timeout: 1_000 }))
  await new Tasks(tasks, { asGroup: true })()
  expect(listens).not.toHaveBeenCalled()
})
