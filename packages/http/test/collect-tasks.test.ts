import { EventEmitter } from 'node:events'
import { createRunner, type Outcome, type ResponseObserver } from '@backgrounder/core'
import { collectTasks, getTasks } from '@backgrounder/http'
import { afterEach, describe, expect, it, vi } from 'vitest'

const request = { method: 'GET', url: '/' }
const source = {
  describe: () => ({ id: undefined, method: 'GET', url: '/' }),
  observe: (_: unknown, _observer: ResponseObserver): Outcome => ({ sent: true, status: 200 }),
}

function collect(runner = createRunner(), holder: object = {}) {
  return collectTasks(request, new EventEmitter() as never, runner, holder, source)
}

afterEach(() => void vi.restoreAllMocks())

describe('the tasks of a response', () => {
  it('are the same however often they are asked for', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const runner = createRunner()
    const holder = {}
    const tasks = collect(runner, holder)
    expect(collect(runner, holder)).toBe(tasks)
    expect(getTasks(holder)).toBe(tasks)
    expect(collect(runner)).not.toBe(tasks)
    expect(warned).not.toHaveBeenCalled()
  })

  it('are those of the runner that came first; the other is told once', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const [first, second] = [createRunner(), createRunner()]
    for (let each = 0; each < 2; each += 1) {
      const holder = {}
      const tasks = collect(first, holder)
      expect(collect(second, holder)).toBe(tasks)
      await tasks.addTask(() => {}).done
    }
    expect([first.stats.succeeded, second.stats.succeeded]).toEqual([2, 0])
    expect(warned).toHaveBeenCalledTimes(1)
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('mounted twice'), {
      type: 'BackgrounderWarning',
      code: 'BG_MOUNTED_TWICE',
    })
  })

  it('that were never collected are an error, which tells what to add', () => {
    expect(() => getTasks({})).toThrow(
      'This response collects no tasks. Add before its handler: collectTasks(req, res, runner)',
    )
    expect(() => getTasks({}, 'app.use(backgroundTasks())')).toThrow('app.use(backgroundTasks())')
    expect(() => getTasks(undefined as never)).toThrow('This response collects no tasks')
  })
})
