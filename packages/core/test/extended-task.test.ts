import { createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'

const seen: string[] = []
const note = () => void seen.push('function')

class LoudTask extends Task<[], void> {
  override async run(): Promise<void> {
    seen.push('run')
    await super.run()
  }
}

class LoudTasks extends Tasks {
  override async run(): Promise<void> {
    seen.push('run')
    await super.run()
  }
}

describe.each<[string, () => Task]>([
  ['Task', () => new LoudTask(note)],
  ['Tasks', () => new LoudTasks([new Task(note)])],
])('a class that extends %s', (_, make) => {
  it.each<[string, (task: Task) => Promise<void>]>([
    ['when it is called', (task) => task()],
    ['in a Tasks', (task) => new Tasks([task])()],
    ['in a runner', (task) => createRunner().addTask(task).done],
    ['with other options', (task) => task.with({ retries: 1 })()],
    ['with other options in a runner', (task) => createRunner().addTask(task.with({})).done],
  ])('is run by its own run: %s', async (_how, start) => {
    seen.length = 0
    await start(make())
    expect(seen).toEqual(['run', 'function'])
  })
})
