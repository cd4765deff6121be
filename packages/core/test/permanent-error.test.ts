import { background, createRunner, PermanentError, Task } from '@backgrounder/core'
import { expect, it } from 'vitest'

const retries = { attempts: 5, delay: 0 }

it('a PermanentError is not tried again by a runner', async () => {
  const errors: unknown[] = []
  const runner = createRunner({ onError: (error) => errors.push(error) })
  let calls = 0
  const error = new PermanentError('no such address', { cause: 550 })
  const send = () => {
    calls += 1
    throw error
  }
  const run = runner.addTask(background(send, { retries }))
  await runner.settled()
  expect([calls, run.state, run.attempt]).toEqual([1, 'failed', 1])
  expect(errors).toEqual([error])
  expect(error).toMatchObject({ code: 'BG_PERMANENT', cause: 550 })
})

it('a PermanentError is not tried again by an awaited task', async () => {
  let calls = 0
  const task = new Task(() => {
    calls += 1
    throw Object.assign(new Error('of another copy of core'), { code: 'BG_PERMANENT' })
  }).with({ retries })
  await expect(task()).rejects.toThrow('of another copy')
  expect(calls).toBe(1)
})

it('an error that throws when it is looked at is tried again', async () => {
  const { proxy } = Proxy.revocable({}, {})
  const hostile = new Proxy(proxy, {
    get() {
      throw new Error('do not look')
    },
  })
  let calls = 0
  const runner = createRunner({ onError() {} })
  runner.addTask(
    background(
      () => {
        calls += 1
        throw hostile
      },
      { retries: { attempts: 2, delay: 0 } },
    ),
  )
  await runner.settled()
  expect(calls).toBe(2)
})
