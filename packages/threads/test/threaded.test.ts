import path from 'node:path'
import { threadId } from 'node:worker_threads'
import { type background, createRunner, Task, type TaskRun, Tasks } from '@backgrounder/core'
import { threaded } from '@backgrounder/threads'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { comesTo, makeGate } from './gate.js'
import { type Work, work, workUrl } from './work.js'

const file = path.join(import.meta.dirname, 'fixtures/work.mjs')
const runner = createRunner()

describe('a threaded function', () => {
  it('runs in another thread, with its arguments, and gives back its result', async () => {
    expect(await work.export('add').func(1, 2)).toBe(3)
    expect(await work.export('thread').func()).not.toBe(threadId)
  })

  it('runs as a task of a runner', async () => {
    const gate = makeGate()
    const run = runner.addTask(work.export('mark'), gate)
    await run.done
    expect(run.name).toBe('mark')
    expect(await comesTo(gate)).not.toBe(threadId)
  })

  it('runs when its definition is called', async () => {
    const gate = makeGate()
    const run = work.export('mark')(gate)
    expectTypeOf(run).toEqualTypeOf<TaskRun>()
    await run.done
    expect(gate[1]).toBe(1)
  })

  it('runs as a Task and in a group', async () => {
    const gates = [makeGate(), makeGate(), makeGate()]
    const mark = work.export('mark')
    await new Task(mark, gates[0] as Int32Array)()
    const group = new Tasks(
      gates.map((gate) => new Task(mark, gate)),
      { asGroup: true },
    )
    await runner.addTask(group).done
    expect(gates.map((gate) => gate[1])).toEqual([2, 1, 1])
  })

  it.each([
    ['a URL', workUrl],
    ['the text of one', workUrl.href],
    ['an absolute path', file],
    ['that of a CommonJS module', path.join(import.meta.dirname, 'fixtures/work.cjs')],
  ])('is found by %s', async (_what, place) => {
    expect(await threaded<Work>(place).export('add').func(20, 3)).toBe(23)
  })

  it('has the name of its export, or one that it is given', () => {
    const add = work.export('add')
    expect([add.name, add.options.name, add.func.name]).toEqual(['add', 'add', 'add'])
    expect(work.export('add', { name: 'sum' }).name).toBe('sum')
    expect(add.with({ name: 'plus' }).name).toBe('plus')
  })

  it('is given Buffers as Buffers, and gives them back so', async () => {
    expect(await work.export('kind').func(Buffer.from('a'))).toBe('Buffer')
    expect(await work.export('kind').func(new Uint8Array(1))).toBe('Uint8Array')
    const buffer = await work.export('buffer').func('text')
    expect(buffer).toEqual(Buffer.from('text'))
    expect(buffer.toString()).toBe('text')
  })

  it('cannot return what cannot be cloned, unless nobody asks for it', async () => {
    await expect(work.export('unclonable').func()).rejects.toThrow(
      new TypeError('What unclonable returns cannot be cloned: return what a thread can pass on'),
    )
    await runner.addTask(work.export('unclonable')).done
  })
})

describe('its types', () => {
  it('are those of the function', () => {
    const add = work.export('add')
    expectTypeOf(add.func).toEqualTypeOf<(this: void, a: number, b: number) => Promise<number>>()
    expectTypeOf(work.export('reportLater').func).returns.toEqualTypeOf<Promise<void>>()
    expectTypeOf<Parameters<typeof work.export>[0]>().not.toEqualTypeOf<string>()
    // A plain definition takes the same place.
    expectTypeOf(add).toExtend<ReturnType<typeof background<[number, number], Promise<number>>>>()
  })

  it('refuse what is no function of the module, and wrong arguments', () => {
    const refused = () => {
      // @ts-expect-error: no such export
      work.export('nothing')
      // @ts-expect-error: no function
      work.export('limit')
      // @ts-expect-error: no such option
      work.export('add', { timeouts: 1 })
      // @ts-expect-error: a wrong argument
      runner.addTask(work.export('add'), 1, '2')
    }
    expect(refused).toThrow('to export `nothing`')
  })
})

describe('a wrong place, name or option', () => {
  const mend =
    "Pass new URL('./thumbnail.js', import.meta.url), or path.join(__dirname, 'thumbnail.js')"

  it.each([
    ['./work.mjs', `got \`'./work.mjs'\` (string). ${mend}`],
    ['work.mjs', `got \`'work.mjs'\` (string). ${mend}`],
    ['http://localhost/work.mjs', `(string). ${mend}`],
    [new URL('https://localhost/work.mjs'), `(URL). ${mend}`],
    [42, `got \`42\` (number). ${mend}`],
    [undefined, `got \`undefined\` (undefined). ${mend}`],
  ])('is refused at once: %s', (given, message) => {
    expect(() => threaded(given as string)).toThrow(TypeError)
    expect(() => threaded(given as string)).toThrow(message)
  })

  it('names the file that is not there', () => {
    const missing = path.join(import.meta.dirname, 'fixtures/missing.js')
    expect(() => threaded(missing)).toThrow(`Expected a file at ${missing}: there is none`)
    expect(() => threaded(path.dirname(missing))).toThrow('there is none')
  })

  it('names the option', () => {
    expect(() => threaded(file, { pool: {} as never })).toThrow('Expected `pool` to be a pool')
    expect(() => threaded(file, { maxThreads: 2 } as never)).toThrow('Unknown option `maxThreads`')
    expect(() => work.export('add', { timeout: -1 })).toThrow('Expected `timeout`')
    expect(() => work.export('' as 'add')).toThrow("Expected the name of an export, got `''`")
  })
})
