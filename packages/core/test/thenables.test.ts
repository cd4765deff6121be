import { runInNewContext } from 'node:vm'
import { createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'

type Func = () => unknown

// Whatever the function returns is awaited if it has a `then`, wherever the function runs.
describe.each([
  ['a Task', (func: Func) => new Task(func)()],
  ['a Tasks', (func: Func) => new Tasks([new Task(func)])()],
  ['a runner', (func: Func) => createRunner({ onError: () => {} }).addTask(func).done],
])('a function of %s', (_, run) => {
  it('that returns a thenable is awaited', async () => {
    const gate = deferred()
    let isOver = false
    const ended = run(() => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      then: (resolve: () => void) => void gate.promise.then(resolve),
    })).then(() => {
      isOver = true
    })
    await turn()
    await turn()
    expect(isOver).toBe(false)
    gate.resolve()
    await ended
  })

  it('that returns a callable thenable is awaited', async () => {
    const gate = deferred()
    let isOver = false
    const thenable = Object.assign(() => {}, {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      then: (resolve: () => void) => void gate.promise.then(resolve),
    })
    const ended = run(() => thenable).then(() => {
      isOver = true
    })
    await turn()
    await turn()
    expect(isOver).toBe(false)
    gate.resolve()
    await ended
  })

  it('that is not async and returns a promise is awaited', async () => {
    await expect(run(() => Promise.reject(new Error('late')))).rejects.toThrow('late')
  })

  it('that returns a promise of another realm is awaited', async () => {
    const reject = runInNewContext('() => Promise.reject(7)')
    await expect(run(reject)).rejects.toBe(7)
  })

  it('that only looks async by the name of its constructor is not awaited for it', async () => {
    function plain() {}
    Object.defineProperty(plain, 'constructor', { value: { name: 'AsyncFunction' } })
    await expect(run(plain)).resolves.toBeUndefined()
  })

  it('that returns a value without a callable `then` has ended', async () => {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
    await expect(run(() => ({ then: 'not a function' }))).resolves.toBeUndefined()
  })

  it('fails when `then` throws', async () => {
    const thenable = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      then() {
        throw new Error('then threw')
      },
    }
    await expect(run(() => thenable)).rejects.toThrow('then threw')
  })

  it('fails when the getter of `then` throws', async () => {
    const thenable = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      get then(): unknown {
        throw new Error('the getter threw')
      },
    }
    await expect(run(() => thenable)).rejects.toThrow('the getter threw')
  })

  it('that returns a promise with a `then` of its own is awaited as `await` does', async () => {
    const thrower = Object.assign(Promise.resolve(), {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      then() {
        throw new Error('not me')
      },
    })
    await expect(run(() => thrower)).resolves.toBeUndefined()
  })

  it('ends as the first callback says when a thenable calls both', async () => {
    const resolvesFirst = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      then(resolve: () => void, reject: (error: unknown) => void) {
        resolve()
        reject(new Error('too late'))
        throw new Error('much too late')
      },
    }
    const rejectsFirst = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      then(resolve: () => void, reject: (error: unknown) => void) {
        reject(new Error('the first'))
        resolve()
        reject(new Error('too late'))
      },
    }
    await expect(run(() => resolvesFirst)).resolves.toBeUndefined()
    await expect(run(() => rejectsFirst)).rejects.toThrow('the first')
  })

  it.each([undefined, null, 0, ''])('rejects with %j when the function does', async (reason) => {
    const rejected = run(() => Promise.reject(reason))
    await expect(rejected).rejects.toBe(reason)
    const thrown = run(() => {
      throw reason
    })
    await expect(thrown).rejects.toBe(reason)
  })
})
