import { createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'

describe('a class that extends Task', () => {
  class Loud extends Task<[], void> {
    override async run(): Promise<void> {
      seen.push('run')
      await super.run()
    }
  }
  const seen: string[] = []

  it.each<[string, (task: Task) => Promise<void>]>([
    ['when it is called', (task: Task) => task()],
    ['in a Tasks', (task: Task) => new Tasks([task])()],
    ['in a runner', (task: Task) => createRunner().addTask(task).done],
    ['with other options', (task: Task) => task.with({ retries: 1 })()],
    ['with other options in a runner', (task) => createRunner().addTask(task.with({})).done],
  ])('is run by its own run: %s', async (_, start) => {
    seen.length = 0
    await start(new Loud(() => void seen.push('function')))
    expect(seen).toEqual(['run', 'function'])
  })
})

describe('a class that extends Tasks', () => {
  class Loud extends Tasks {
    override async run(): Promise<void> {
      seen.push('run')
      await super.run()
    }
  }
  const seen: string[] = []

  it.each<[string, (task: Task) => Promise<void>]>([
    ['when it is called', (task: Task) => task()],
    ['in a Tasks', (task: Task) => new Tasks([task])()],
    ['in a runner', (task: Task) => createRunner().addTask(task).done],
    ['with other options', (task: Task) => task.with({ retries: 1 })()],
    ['with other options in a runner', (task) => createRunner().addTask(task.with({})).done],
  ])('is run by its own run: %s', async (_, start) => {
    seen.length = 0
    await start(new Loud([new Task(() => void seen.push('function'))]))
    expect(seen).toEqual(['run', 'function'])
  })
})
