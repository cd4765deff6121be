import { MessageChannel } from 'node:worker_threads'
import { createRunner, Task } from '@backgrounder/core'
import { move } from '@backgrounder/threads'
import { describe, expect, it } from 'vitest'
import { makeGate } from './gate.js'
import { work } from './work.js'

/** What a thread posts to the port. */
function answer() {
  const { port1, port2 } = new MessageChannel()
  return { answer: new Promise((resolve) => port1.once('message', resolve)), port: move(port2) }
}

describe('currentTask() in a thread', () => {
  it('is the task: id, name, attempt, signal', async () => {
    const runner = createRunner()
    const { answer: said, port } = answer()
    const run = runner.addTask(work.export('report', { name: 'reporter' }), port)
    expect(await said).toEqual({
      id: run.id,
      name: 'reporter',
      attempt: 1,
      request: undefined,
      outcome: undefined,
      isAborted: false,
    })
  })

  it('has the id of the task in each attempt', async () => {
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const flaky = work.export('flakyWho', { retries: { attempts: 2, delay: 0 } })
    const said: unknown[] = []
    const channel = `attempts-${process.pid}`
    const broadcast = new BroadcastChannel(channel)
    broadcast.onmessage = ({ data }: { data: unknown } & Event) => said.push(data)
    const run = runner.addTask(flaky, gate, channel)
    await run.done
    await expect.poll(() => said.length).toBe(2)
    expect(said).toMatchObject([
      { id: run.id, attempt: 1 },
      { id: run.id, attempt: 2 },
    ])
    broadcast.close()
  })

  it('is the Task that is called, and nothing in a direct call', async () => {
    const { answer: said, port } = answer()
    await new Task(work.export('report'), port)()
    expect(await said).toMatchObject({ name: 'report', attempt: 1 })
    expect(await work.export('who').func()).toBeUndefined()
  })

  it('works later too if the runner has asyncContext, and not otherwise', async () => {
    const said: unknown[] = []
    for (const asyncContext of [true, false]) {
      const runner = createRunner({ asyncContext })
      const { answer: later, port } = answer()
      runner.addTask(work.export('reportLater'), port)
      said.push(await later)
    }
    expect(said).toEqual(['reportLater', undefined])
  })
})
