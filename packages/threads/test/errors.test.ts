import { createRunner } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { comesTo, makeGate } from './gate.js'
import { work } from './work.js'

function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )
}

describe('an error of the function', () => {
  it('comes back with its class, message, stack, code, cause and other properties', async () => {
    const error = await thrownBy(work.export('fail').func())
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: 'no such picture', code: 'E_PICTURE', width: 3 })
    const { cause, stack } = error as Error
    expect(stack).toContain('work.mjs')
    expect(cause).toBeInstanceOf(RangeError)
    expect(cause).toMatchObject({ message: 'disk', code: 'ENOSPC' })
  })

  it('keeps the name of its own class, and is an Error', async () => {
    const error = await thrownBy(work.export('failWith').func('own'))
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'PictureError', message: 'own' })
  })

  it('may be many errors, an AbortError, or its own cause', async () => {
    const failWith = work.export('failWith').func
    const many = await thrownBy(failWith('many'))
    expect(many).toBeInstanceOf(AggregateError)
    expect((many as AggregateError).errors).toMatchObject([
      { name: 'Error', message: 'a' },
      { name: 'TypeError', message: 'b' },
    ])
    const abort = await thrownBy(failWith('abort'))
    expect(abort).toBeInstanceOf(DOMException)
    expect(abort).toMatchObject({ name: 'AbortError', message: 'stop' })
    expect(await thrownBy(failWith('circle'))).toMatchObject({ message: 'round' })
  })

  it('may be a web of errors: it takes no longer, here and in the thread', async () => {
    expect(await thrownBy(work.export('failWith').func('web'))).toMatchObject({ message: 'web' })
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const run = runner.addTask(work.export('patient'), gate)
    await comesTo(gate, 0)
    const reason = new AggregateError([], 'web')
    reason.errors = [reason, reason, reason, reason]
    run.cancel(reason)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_CANCELLED', cause: reason })
  })

  it('stays an Error, whatever its properties are called', async () => {
    const error = await thrownBy(work.export('failWith').func('prototype'))
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'Error', message: 'own' })
  })

  it('may be no error at all', async () => {
    const failWith = work.export('failWith').func
    expect(await thrownBy(failWith('nothing'))).toBeUndefined()
    expect(await thrownBy(failWith('text'))).toBe('text')
    expect(await thrownBy(failWith('function'))).toMatchObject({ message: '[Function: fail]' })
  })

  it('is tried again, unless it is permanent', async () => {
    const runner = createRunner({ onError() {} })
    const retries = { attempts: 3, delay: 0 }
    const [once, never] = [makeGate(), makeGate()]
    await runner.addTask(work.export('flaky', { retries }), once, 'throw').done
    expect(once[0]).toBe(2)
    const run = runner.addTask(work.export('failForGood', { retries }), never)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_PERMANENT', name: 'PermanentError' })
    expect(never[0]).toBe(1)
  })
})
