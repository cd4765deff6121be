import { createRunner } from '@backgrounder/core'
import { expect, it, vi } from 'vitest'

// The report was filled by push(...all): beyond some 120,000 a RangeError in a timer, which ended the
// process in the middle of its drain.
it('a drain abandons any number of tasks', async () => {
  vi.stubEnv('NODE_ENV', 'production') // where a task was added takes most of the time
  const logger = { error: () => {} }
  const runner = createRunner({ maxPending: Infinity, concurrency: 1, logger })
  for (let count = 0; count < 140_000; count++) runner.addTask(() => new Promise(() => {}))
  const { ok, abandoned } = await runner.drain({ timeout: 1 })
  expect([ok, abandoned.length]).toEqual([false, 140_000])
  expect(runner.stats).toMatchObject({ pending: 0, abandoned: 140_000 })
}, 60_000)
