import { Task } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { fakeResponse } from './fake-response.js'

describe('the collector of a response', () => {
  it('watches it from the first addTask on, and once', () => {
    const response = fakeResponse()
    expect(response.tasks.size).toBe(0)
    expect(response.tasks.asGroup).toBe(false)
    response.tasks.asGroup = true
    response.tasks.with({ when: 'sent' })
    expect(response.observed).toBe(0)
    response.tasks.addTask(() => {})
    response.tasks.with({ name: 'mail' }).addTask(() => {})
    expect(response.observed).toBe(1)
  })

  it('is neither a function, nor a Task, nor awaitable, nor disposable', () => {
    const { tasks } = fakeResponse()
    expect(typeof tasks).toBe('object')
    expect(tasks).not.toBeInstanceOf(Task)
    for (const key of ['then', Symbol.dispose, Symbol.asyncDispose, Symbol.iterator]) {
      expect(key in tasks).toBe(false)
    }
  })
})
