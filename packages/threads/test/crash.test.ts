import { fileURLToPath } from 'node:url'
import { createRunner } from '@backgrounder/core'
import { ThreadDiedError, threadPool } from '@backgrounder/threads'
import Piscina from 'piscina'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { comesTo, makeGate, open } from './gate.js'
import { makePool, workIn } from './work.js'

describe('a thread that dies', () => {
  it('fails its own task alone, and the pool is whole again', async () => {
    const pool = makePool(2)
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    const neighbour = makeGate()
    const kept = runner.addTask(work.export('block'), neighbour)
    const keptThread = await comesTo(neighbour)
    const run = runner.addTask(work.export('exit'), 3)
    await expect(run.done).rejects.toMatchObject({
      name: 'ThreadDiedError',
      code: 'BG_THREAD_DIED',
      message: 'Task exit failed: its thread has ended (worker exited with code: 3)',
      cause: { message: 'worker exited with code: 3' },
    })
    expect(run.error).toBeInstanceOf(ThreadDiedError)
    const next = makeGate()
    await runner.addTask(work.export('mark'), next).done
    expect(pool.threads.map(({ threadId }) => threadId)).toContain(keptThread)
    expect(await comesTo(next)).not.toBe(keptThread)
    open(neighbour)
    await kept.done
  })

  it('says that it was out of memory', async () => {
    const pool = threadPool({ maxThreads: 1, resourceLimits: { maxOldGenerationSizeMb: 16 } })
    onTestFinished(() => pool.destroy())
    const work = workIn(pool)
    await expect(work.export('outOfMemory').func()).rejects.toMatchObject({
      code: 'BG_THREAD_DIED',
      message: 'Task outOfMemory failed: its thread has ended (out of memory)',
      cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
    })
    expect(await work.export('add').func(1, 2)).toBe(3)
  })

  it('may die by an error that nobody has caught', async () => {
    const work = workIn(makePool(1))
    await expect(work.export('dieMeanwhile').func(makeGate())).rejects.toMatchObject({
      code: 'BG_THREAD_DIED',
      message: 'Task dieMeanwhile failed: its thread has ended (meanwhile)',
      cause: { message: 'meanwhile' },
    })
  })

  it('after its task has ended fails none, and is told as a warning', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error) => warnings.push(warning)
    process.on('warning', listen)
    onTestFinished(() => void process.off('warning', listen))
    const pool = makePool(1)
    const work = workIn(pool)
    const [first, second] = [makeGate(), makeGate()]
    await work.export('dieLater').func(first)
    await vi.waitFor(() => expect(pool.threads).toEqual([]))
    await vi.waitFor(() => expect(warnings).toHaveLength(1))
    expect(warnings[0]).toMatchObject({
      name: 'BackgrounderWarning',
      code: 'BG_THREAD_DIED',
      message: 'A thread has ended by an error while it ran no task: later',
    })
    await work.export('mark').func(second)
    expect(second[0]).not.toBe(first[0])
  })

  it('is followed by another attempt, as after any failure', async () => {
    const runner = createRunner({ onError() {} })
    const flaky = workIn(makePool(1)).export('flaky', { retries: { attempts: 2, delay: 0 } })
    const gate = makeGate()
    const run = runner.addTask(flaky, gate, 'exit')
    await run.done
    expect([gate[0], run.attempt]).toEqual([2, 2])
  })

  it('by what else a shared Piscina does fails no task that waits for it', async () => {
    const pool = new Piscina({ minThreads: 0, maxThreads: 1, execArgv: [] })
    onTestFinished(() => pool.destroy())
    const gate = makeGate()
    const filename = fileURLToPath(new URL('./fixtures/other.cjs', import.meta.url))
    const other = pool.run(gate, { filename, name: 'dieAtOpen' })
    await comesTo(gate)
    const added = workIn(pool).export('add').func(1, 2)
    open(gate)
    await expect(other).rejects.toThrow('worker exited with code: 3')
    expect(await added).toBe(3)
  })

  it('at its start fails the task too, and the next one', async () => {
    const options = { execArgv: ['--import', 'data:text/javascript,process.exit(7)'] }
    const pool = new Piscina({ minThreads: 0, maxThreads: 1, ...options })
    onTestFinished(() => pool.destroy())
    const add = workIn(pool).export('add')
    for (const _ of [1, 2]) {
      await expect(add.func(1, 2)).rejects.toMatchObject({ code: 'BG_THREAD_DIED' })
    }
  })
})
