import { describe, expect, it } from 'vitest'
import { apps } from '../bench/src/apps/index.js'
import { count } from '../bench/src/counts.js'
import type { BuildApp } from '../bench/src/variants.js'

// A request that adds no task gets no listener, no async resource and no promise: counted on the real
// HTTP parser and the real framework over a connection in memory. The bare app has a middleware too:
// what is counted is ours and not the framework's for one more.

describe.each(Object.entries(apps))('%s', (name, build) => {
  it('a request that adds no task costs no listener, no async resource and no promise', async () => {
    const isBare = name === 'node:http' // which has no middleware
    const bare = await count(build, isBare ? 'bare' : 'a middleware that does nothing')
    const ours = await count(build, 'ours, 0 tasks')
    expect(bare.resources.PROMISE).toBeGreaterThan(0)
    expect(ours).toEqual(bare)
  })
})

it('and the count sees what a task costs', async () => {
  const build = apps['node:http'] as BuildApp
  const bare = await count(build, 'bare')
  const byHand = await count(build, 'by hand, 1 task')
  const ours = await count(build, 'ours, 1 task')
  expect(bare.resources.BackgroundTask).toBe(undefined)
  expect(ours.resources.BackgroundTask).toBe(10)
  expect(byHand.resources.Immediate).toBeGreaterThan(bare.resources.Immediate ?? 0)
})
