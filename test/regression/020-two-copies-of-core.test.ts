import { createRunner } from '@backgrounder/core'
import { expect, it, vi } from 'vitest'

// A list in order asked its own copy of core for the context that the runner's copy had entered, and
// failed with "Cannot read properties of undefined".
it('a Tasks of another copy of core runs in a runner of this one', async () => {
  vi.resetModules()
  const other = await import('@backgrounder/core')
  expect(other.createRunner).not.toBe(createRunner)
  const seen: string[] = []
  const task = (name: string) => new other.Task(() => void seen.push(name))
  const runner = createRunner()
  for (const asGroup of [false, true]) {
    const list = new other.Tasks([task('first'), new other.Tasks([task('second')])], { asGroup })
    await runner.addTask(list).done
  }
  expect(seen).toEqual(['first', 'second', 'first', 'second'])
})
