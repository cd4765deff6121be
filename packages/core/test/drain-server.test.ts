import { createRunner, currentTask } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { published } from './channels.js'
import { turn } from './deferred.js'
import { fakeClock } from './fake-clock.js'

const pass = fakeClock()

/** A server that is closed when the test says so. */
function fakeServer() {
  let closed: (() => void) | undefined
  return {
    keepAliveTimeout: 5000,
    keepAliveTimeoutBuffer: 1000,
    close(callback: () => void) {
      closed = callback
    },
    getConnections: (callback: (error: null, count: number) => void) => callback(null, 2),
    closed: () => closed?.(),
    get isClosing() {
      return closed !== undefined
    },
  }
}

function recorder() {
  const lines: string[] = []
  return { lines, logger: { error: (line: string) => void lines.push(line) } }
}

describe('a drain that is given a server', () => {
  it('closes it, and waits for it where nothing is pending', async () => {
    const { lines, logger } = recorder()
    const runner = createRunner({ logger })
    const server = fakeServer()
    let isOver = false
    const drained = runner.drain({ server }).finally(() => {
      isOver = true
    })
    expect(server).toMatchObject({
      isClosing: true,
      keepAliveTimeout: 1,
      keepAliveTimeoutBuffer: 0,
    })
    await pass(1000)
    expect(isOver).toBe(false)
    server.closed()
    expect(await drained).toMatchObject({ ok: true, abandoned: [] })
    expect(lines).toEqual([])
  })

  it('waits for what is added by a handler that is still at work', async () => {
    const runner = createRunner()
    const server = fakeServer()
    const drained = runner.drain({ server })
    await turn()
    runner.addTask(() => server.closed())
    expect(await drained).toMatchObject({ ok: true, succeeded: 1 })
  })

  it('gives up one that is not closed at the deadline, reports it, and is not ok', async () => {
    const { lines, logger } = recorder()
    const runner = createRunner({ logger })
    const drains = published('drain')
    const drained = runner.drain({ server: fakeServer(), timeout: 100 })
    await pass(100)
    const report = await drained
    expect(report).toMatchObject({ ok: false, abandoned: [] })
    expect(lines).toEqual([
      'server not closed · 2 connections were still open at the end of the drain',
    ])
    expect(drains).toEqual([
      { runner, phase: 'start', timeout: 100, report: undefined, ms: undefined },
      { runner, phase: 'end', timeout: 100, report, ms: expect.any(Number) },
    ])
  })

  it('stays in its last seconds when another drain is over meanwhile', async () => {
    const runner = createRunner()
    const server = fakeServer()
    const drained = runner.drain({ server, timeout: 100 })
    await pass(50)
    await runner.drain()
    let isAborted: boolean | undefined
    await runner.addTask(() => {
      isAborted = currentTask()?.signal.aborted
    }).done
    expect(isAborted).toBe(true)
    server.closed()
    expect(await drained).toMatchObject({ ok: true, succeeded: 1 })
    await runner.addTask(() => {
      isAborted = currentTask()?.signal.aborted
    }).done
    expect(isAborted).toBe(false)
  })
})
