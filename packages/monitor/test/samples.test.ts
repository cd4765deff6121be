import { afterEach, expect, it } from 'vitest'
import { Samples } from '../src/samples.js'

let samples: Samples
afterEach(() => samples.close())

const most = () => Math.max(0, ...samples.since(0).map(([, , delay]) => delay))

it.each([true, false])(
  'a blocked event loop is seen; while somebody looks: %s',
  async (isClose) => {
    samples = new Samples(() => 7)
    samples.look(isClose)
    await expect.poll(() => samples.since(0).length).toBeGreaterThan(0)
    const end = performance.now() + 600
    while (performance.now() < end) {}
    // Where the clock is looked at each 250 ms: so much of the 600 at least.
    await expect.poll(most).toBeGreaterThan(300)
    expect(samples.since(0).every(([, pending]) => pending === 7)).toBe(true)
  },
)

it('what was late when somebody begins to look is seen too', async () => {
  samples = new Samples(() => 0)
  await expect.poll(() => samples.since(0).length).toBeGreaterThan(0)
  const end = performance.now() + 600
  while (performance.now() < end) {}
  samples.look(true)
  await expect.poll(most).toBeGreaterThan(300)
})
