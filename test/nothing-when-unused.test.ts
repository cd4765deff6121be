import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
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

// In a process of its own, with what a user has who does not watch his tasks.
const unwatched = (andThen: string) => `
  const diagnostics = require('node:diagnostics_channel')
  const { channel } = diagnostics
  const names = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((end) => {
    return 'tracing:backgrounder.task.run:' + end
  })
  diagnostics.channel = (name) => {
    names.push(name)
    return channel(name)
  }
  const packages = ['core', 'core/durable', 'http', 'express', 'koa', 'fastify', 'hono']
  const [{ createRunner }] = packages.map((name) => require('@backgrounder/' + name))
  diagnostics.channel = channel
  const loaded = () => Object.keys(require.cache).filter((file) => {
    return /packages.(monitor|otel)|@opentelemetry/.test(file)
  })
  const subscribed = () => names.filter((name) => diagnostics.hasSubscribers(name))
  async function main() {
    const runner = createRunner({ onError() {} })
    ${andThen}
    runner.addTask(() => {})
    runner.addTask(() => Promise.reject(new Error('no')))
    await runner.drain()
    console.log(JSON.stringify({ names, subscribed: subscribed(), loaded: loaded() }))
  }
  void main()
`

interface Seen {
  readonly names: string[]
  readonly subscribed: string[]
  readonly loaded: string[]
}

async function inProcess(source: string): Promise<Seen> {
  const flags = ['--conditions=@backgrounder/source', '--import', 'tsx', '--eval', source]
  const cwd = path.resolve(import.meta.dirname, '..')
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd, timeout: 50_000 })
  return JSON.parse(stdout)
}

it('without a monitor or OpenTelemetry neither is loaded, and nobody listens to any channel', async () => {
  const { names, subscribed, loaded } = await inProcess(unwatched(''))
  expect(names).toContain('backgrounder.task.settled')
  expect(names.length).toBeGreaterThanOrEqual(15)
  expect([subscribed, loaded]).toEqual([[], []])
})

it('and that sees OpenTelemetry, until it is disabled', async () => {
  const make = `
    const { BackgrounderInstrumentation } = require('@backgrounder/otel')
    const instrumentation = new BackgrounderInstrumentation()
    instrumentation.enable()
  `
  const enabled = await inProcess(unwatched(make))
  expect(enabled.subscribed).toContain('backgrounder.task.settled')
  expect(enabled.loaded).not.toEqual([])
  const disabled = await inProcess(unwatched(`${make} instrumentation.disable()`))
  expect(disabled.subscribed).toEqual([])
})

it('and that sees a monitor, until it is closed', async () => {
  const make = `
    const { monitor } = require('@backgrounder/monitor')
    const page = monitor(runner, { authorize: () => false })
  `
  const open = await inProcess(unwatched(make))
  expect(open.subscribed).toContain('backgrounder.task.settled')
  expect(open.loaded).not.toEqual([])
  const closed = await inProcess(unwatched(`${make} page.close()`))
  expect(closed.subscribed).toEqual([])
})
