import { createRunner, type Runner } from '@backgrounder/core'
import { expect, it } from 'vitest'

// A logger that ships its lines in the background: the task that it added for the last abandoned one
// kept the runner from being idle, and the drain went on after its deadline for as long as that took.
it('a drain ends at its deadline though the logger that hears of it adds a task', async () => {
  let added = 0
  const runner: Runner = createRunner({
    logger: {
      error() {
        added += 1
        runner.addTask(() => new Promise(() => {}))
      },
    },
  })
  const hangs = runner.addTask(() => new Promise(() => {}))
  expect(await runner.drain({ timeout: 20 })).toMatchObject({ ok: false, abandoned: [hangs] })
  expect(added).toBe(1)
})
