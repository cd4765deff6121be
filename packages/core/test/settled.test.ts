import { createRunner } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred } from './deferred.js'

describe('runner.settled', () => {
  it('resolves at once when nothing is pending, and otherwise when nothing is any more', async () => {
    const runner = createRunner()
    await runner.settled()
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    const settled = runner.settled().then(() => run.state)
    gate.resolve()
    expect(await settled).toBe('succeeded')
  })
})

describe('await using', () => {
  it('drains at the end of the block', async () => {
    const gate = deferred()
    let state = ''
    {
      await using runner = createRunner()
      const run = runner.addTask(() => gate.promise)
      void run.done.then(() => {
        state = run.state
      })
      gate.resolve()
    }
    expect(state).toBe('succeeded')
  })
})
