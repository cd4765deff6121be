import { createRunner } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { childProcesses } from './child.js'
import { deferred, turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

const runChild = childProcesses()
const quiet = { onError: () => {} }

describe('done', () => {
  it('resolves to undefined when the function has ended', async () => {
    const gate = deferred<number>()
    const run = createRunner().addTask(() => gate.promise)
    let isDone = false
    const done = run.done.then((value) => {
      isDone = true
      return value
    })
    await turn()
    expect(isDone).toBe(false)
    gate.resolve(42)
    expect(await done).toBeUndefined()
    expect(run).toMatchObject({ state: 'succeeded', error: undefined })
  })

  it('rejects with the very error of the function', async () => {
    const error = new Error('no route')
    const run = createRunner(quiet).addTask(() => Promise.reject(error))
    await expect(run.done).rejects.toBe(error)
    expect(run).toMatchObject({ state: 'failed', error })
  })

  it.each([undefined, null, 0])('rejects when the error is %s', async (error) => {
    const run = createRunner(quiet).addTask(() => Promise.reject(error))
    await expect(run.done).rejects.toBe(error)
  })

  it('works when it is read late', async () => {
    const runner = createRunner(quiet)
    const good = runner.addTask(() => {})
    const bad = runner.addTask(() => Promise.reject(new Error('no route')))
    await runner.settled()
    await expect(good.done).resolves.toBeUndefined()
    await expect(bad.done).rejects.toThrow('no route')
  })

  it('is the same promise each time', async () => {
    const run = createRunner().addTask(() => {})
    const { done } = run
    await done
    expect(run.done).toBe(done)
  })

  it('settles also for a task that is skipped or abandoned', async () => {
    const skipping = fakeResponse({ when: 'success' })
    const skipped = skipping.tasks.addTask(() => {})
    skipping.end({ status: 500, sent: true })
    await expect(skipped.done).rejects.toMatchObject({ name: 'SkippedError', code: 'BG_SKIPPED' })
    const runner = createRunner()
    const abandoned = runner.addTask(() => new Promise(() => {}))
    await runner.drain({ timeout: 0 })
    await expect(abandoned.done).rejects.toMatchObject({
      name: 'AbandonedError',
      code: 'BG_ABANDONED',
    })
  })

  it('is never an unhandled rejection, read early or late', async () => {
    const { code, stdout, stderr } = await runChild(`
const { createRunner } = require('@backgrounder/core')
process.on('unhandledRejection', (error) => console.log('unhandled', error))
const runner = createRunner({ onError() {} })
const early = runner.addTask(() => Promise.reject(new Error('early')))
const late = runner.addTask(() => Promise.reject(new Error('late')))
runner.addTask(() => Promise.reject(new Error('never read')))
early.done
runner.settled().then(() => setImmediate(() => {
  late.done
  setImmediate(() => console.log(early.state, late.state))
}))
`)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'failed failed\n', stderr: '' })
  })
})

describe('a TaskRun', () => {
  it('cannot be awaited itself', async () => {
    const run = createRunner().addTask(() => {})
    expect(run).not.toHaveProperty('then')
    expect(await run).toBe(run)
    await run.done
  })

  it('has a unique id, a name, an attempt and the time of its acceptance', async () => {
    const runner = createRunner()
    const before = Date.now()
    const runs = [runner.addTask(function send() {}), runner.addTask(() => {})] as const
    expect(runs[0].id).toMatch(/^\S+$/)
    expect(runs[0].id).not.toBe(runs[1].id)
    expect(runs.map(({ name }) => name)).toEqual(['send', '(anonymous)'])
    expect(runs[0]).toMatchObject({ attempt: 1, request: undefined, error: undefined })
    expect(runs[0].acceptedAt).toBeGreaterThanOrEqual(before)
    expect(runs[0].acceptedAt).toBeLessThanOrEqual(Date.now())
    await runner.settled()
  })

  it('goes from ready to running to succeeded', async () => {
    const gate = deferred()
    const runner = createRunner()
    const run = runner.addTask(() => gate.promise)
    expect(run.state).toBe('ready')
    expect(runner.running()).toEqual([])
    await turn()
    expect(run.state).toBe('running')
    expect(runner.running()).toEqual([run])
    gate.resolve()
    await run.done
    expect(run.state).toBe('succeeded')
    expect(runner.running()).toEqual([])
  })
})
