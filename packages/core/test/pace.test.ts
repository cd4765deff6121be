import { Task, Tasks } from '@backgrounder/core'
import { expect, it, vi } from 'vitest'
import { stillClock } from './fake-clock.js'

// But for what the functions take; the turns of the event loop are real.
stillClock()

const kinds = [
  ['in order', {}],
  ['as a group', { asGroup: true }],
  ['as a group of one at a time', { asGroup: true, concurrency: 1 }],
] as const

/** In which turn of the event loop each of five functions was called, which take so many ms. */
async function turnsOf(ms: number, options: object, func: () => unknown): Promise<number[]> {
  let turn = 0
  let handle = setImmediate(function count() {
    turn += 1
    handle = setImmediate(count)
  })
  const turns: number[] = []
  const work = new Task(() => {
    turns.push(turn)
    vi.advanceTimersByTime(ms)
    return func()
  })
  await new Tasks([work, work, work, work, work], options)()
  clearImmediate(handle)
  return turns.map((each) => each - (turns[0] as number))
}

it.each(kinds)(
  'a list %s rests when its functions have worked for more than 1 ms',
  async (_, options) => {
    const turns = await turnsOf(0.6, options, () => {})
    // After every second one.
    expect(turns[1]).toBe(0)
    expect(turns[2]).toBeGreaterThan(0)
    expect(turns[3]).toBe(turns[2])
    expect(turns[4]).toBeGreaterThan(turns[3] as number)
  },
)

it.each(kinds)('a list %s does not rest before', async (_, options) => {
  expect(await turnsOf(0.2, options, () => {})).toEqual([0, 0, 0, 0, 0])
})

it('what a function waits for is no work of the list', async () => {
  const wait = async () => {
    await null
    vi.advanceTimersByTime(10)
  }
  expect(await turnsOf(0, {}, wait)).toEqual([0, 0, 0, 0, 0])
})
