import { createRunner, Task, Tasks } from '@backgrounder/core'
import { expect, it } from 'vitest'

// Each list asked the one around it whether it was aborted, and that one the next: a RangeError, and in
// a group one that nobody could catch, which ended the process.
it('lists nest 20,000 deep, also in a runner', async () => {
  let ran = 0
  let task = new Task(() => {
    ran += 1
  })
  for (let level = 0; level < 20_000; level++) task = new Tasks([task])
  await task()
  await createRunner({ blockedWarning: false }).addTask(task).done
  expect(ran).toBe(2)
}, 30_000)
