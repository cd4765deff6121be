import { MessageChannel } from 'node:worker_threads'
import { createRunner } from '@backgrounder/core'
import { move } from '@backgrounder/threads'
import { describe, expect, it } from 'vitest'
import { work } from './work.js'

const runner = createRunner({ onError() {} })
const echo = work.export('echo')

describe('move()', () => {
  it('moves an ArrayBuffer and a view of one, which are empty here then', async () => {
    const buffer = new Uint8Array([1, 2, 3]).buffer
    expect(new Uint8Array((await echo.func(move(buffer))) as ArrayBuffer)).toEqual(
      new Uint8Array([1, 2, 3]),
    )
    expect(buffer.byteLength).toBe(0)
    const view = new Uint8Array([4, 5])
    await runner.addTask(echo, move(view)).done
    expect(view.byteLength).toBe(0)
  })

  it('moves a MessagePort', async () => {
    const { port1, port2 } = new MessageChannel()
    const answer = new Promise((resolve) => port1.once('message', resolve))
    const run = runner.addTask(work.export('report'), move(port2))
    expect(await answer).toMatchObject({ id: run.id })
    port1.close()
  })

  it('copies what is a part of a larger ArrayBuffer, such as a small Buffer', async () => {
    const view = new Uint8Array([1, 2, 3]).subarray(1)
    expect(await echo.func(move(view))).toEqual(new Uint8Array([2, 3]))
    expect(view).toEqual(new Uint8Array([2, 3]))
    const small = Buffer.from('small')
    expect(String(await echo.func(move(small)))).toBe('small')
    expect(small.toString()).toBe('small')
  })

  it('copies a buffer as long as another attempt may follow', async () => {
    const view = new Uint8Array([1])
    const retries = { attempts: 2, delay: 0 }
    const lengths: number[] = []
    const looking = createRunner({
      onError() {},
      around: async (_run, next) => {
        const result = next()
        lengths.push(view.byteLength)
        await result
      },
    })
    const failWith = work.export('failWith', { retries })
    const run = looking.addTask(failWith, move(view) as never)
    await expect(run.done).rejects.toMatchObject({ message: 'own' })
    expect(lengths).toEqual([1, 0])
  })

  it('refuses a MessagePort where another attempt may follow', async () => {
    const { port1, port2 } = new MessageChannel()
    const run = runner.addTask(work.export('report', { retries: 1 }), move(port2))
    await expect(run.done).rejects.toMatchObject({
      code: 'BG_PERMANENT',
      message: 'A MessagePort can be moved once, and the task may be tried again: set retries to 0',
    })
    port1.close()
  })

  it('refuses what has been moved already', async () => {
    const view = new Uint8Array([1])
    const moved = move(view)
    await echo.func(moved)
    const mend = 'move it once'
    await expect(echo.func(moved)).rejects.toMatchObject({
      code: 'BG_PERMANENT',
      message: `args[0] has been moved already: ${mend}`,
    })
    expect(() => move(view)).toThrow(`The argument of move has been moved already: ${mend}`)
    const { port1, port2 } = new MessageChannel()
    const port = move(port2)
    const report = work.export('report')
    await runner.addTask(report, port).done
    await expect(report.func(port)).rejects.toThrow(`args[0] has been moved already: ${mend}`)
    port1.close()
  })

  it('is for a whole argument', () => {
    const pixels = new Uint8Array(3)
    expect(() => runner.addTask(echo, { pixels: move(pixels) })).toThrow(
      new TypeError('args[0].pixels is moved: only a whole argument can be, move(args[0].pixels)'),
    )
  })

  it.each([['text'], [{}], [undefined], [new Uint8Array(new SharedArrayBuffer(1))]])(
    'refuses %s',
    (value) => {
      expect(() => move(value as never)).toThrow(
        'Expected the argument of move to be an ArrayBuffer',
      )
    },
  )
})
