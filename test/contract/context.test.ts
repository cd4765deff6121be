import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { RunnerOptions } from '@backgrounder/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Handler, Layout } from './framework.js'
import { frameworks } from './frameworks/index.js'
import { Stage, type StagedApp } from './row.js'
import { parts } from './rows/index.js'

// Every row again, with somebody who listens to the events: the store of an AsyncLocalStorage at
// `addTask` is the one in the task, whatever becomes of the response.

const storage = new AsyncLocalStorage<object>()
const stores = new WeakMap<object, object | undefined>()
let strays: unknown[] = []
let seen = 0

function onAccepted(event: unknown): void {
  stores.set((event as { task: object }).task, storage.getStore())
}

function onStart(event: unknown): void {
  const { task } = event as { task: object }
  if (stores.get(task)) seen += 1
  if (stores.get(task) !== storage.getStore()) strays.push(task)
}

beforeAll(() => {
  subscribe('backgrounder.task.accepted', onAccepted)
  subscribe('tracing:backgrounder.task.run:start', onStart)
})
afterAll(() => {
  unsubscribe('backgrounder.task.accepted', onAccepted)
  unsubscribe('tracing:backgrounder.task.run:start', onStart)
})

class ContextStage extends Stage {
  override start(handler: Handler, options?: RunnerOptions, layout?: Layout): Promise<StagedApp> {
    return super.start((x) => storage.run({}, () => handler(x)), options, layout)
  }
}

let stage: ContextStage
afterEach(async () => {
  await stage.close()
  expect(strays).toEqual([])
})

for (const make of frameworks) {
  const framework = make('ours')
  describe(framework.name, () => {
    for (const row of Object.values(parts).flat()) {
      if (row.not?.(framework)) continue
      it(`in the context of whoever added it: ${row.name}`, async () => {
        strays = []
        stage = new ContextStage(framework)
        await row.run(stage)
      })
    }
  })
}

afterAll(() => expect(seen).toBeGreaterThan(frameworks.length))
