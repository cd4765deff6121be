import { expect, vi } from 'vitest'
import type { Exchange, Layout } from '../framework.js'
import { fastifyOnly, type Not, notOn } from '../not.js'
import { type Row, type Stage, turns, until } from '../row.js'

const nodeHasNone = 'node:http has neither sub-apps, routers nor handlers of 404s and errors'
const refusedAtStart = 'Fastify refuses it at start-up, which is a row of its own'

interface Mounting {
  readonly layout: Layout
  readonly name: string
  readonly not?: Not
  readonly path?: string
  /** How many handlers the request comes by. */
  readonly handlers: 1 | 2
  /** What a handler does when another one is to come. */
  readonly pass?: (exchange: Exchange) => unknown
}

const mountings: Mounting[] = [
  {
    layout: 'twice',
    name: 'mounted twice',
    not: notOn(['Fastify', refusedAtStart]),
    handlers: 2,
  },
  {
    layout: 'sub-app',
    name: 'in a sub-app (koa-mount, a child plugin), too',
    not: notOn(['node', nodeHasNone]),
    handlers: 2,
  },
  {
    layout: 'router',
    name: 'in a router, too',
    not: notOn(['node', nodeHasNone], ['Fastify', "Fastify's routes are its router"]),
    handlers: 2,
  },
  {
    layout: 'sub-app, mounted again',
    name: 'mounted again in a sub-app (koa-mount)',
    not: notOn(['node', nodeHasNone], ['Fastify', refusedAtStart]),
    handlers: 2,
  },
  {
    layout: '404',
    name: 'in the handler of what is not found',
    not: notOn(['node', nodeHasNone]),
    handlers: 1,
  },
  {
    layout: 'error',
    name: 'in the error handler, too',
    not: notOn(['node', nodeHasNone]),
    handlers: 2,
    pass() {
      throw new Error('for the error handler')
    },
  },
]

async function once(stage: Stage, mounting: Mounting): Promise<void> {
  const { layout, handlers, pass = (x) => x.next() } = mounting
  const collectors = new Set<unknown>()
  const ran: number[] = []
  let calls = 0
  const app = await stage.start(
    (x) => {
      calls += 1
      const call = calls
      collectors.add(x.tasks)
      x.tasks.addTask(() => ran.push(call))
      return call < handlers ? pass(x) : x.send('ok')
    },
    undefined,
    layout,
  )
  const answer = await app.request({ path: '/inner' })
  expect(String(answer.body)).toBe('ok')
  await until(() => ran.length === handlers)
  await turns(20)
  expect(ran).toEqual([1, 2].slice(0, handlers))
  expect(collectors.size).toBe(1)
}

/** Wherever the adapter and the handlers are, there is one collector for each response. */
export const mountingRows: Row[] = [
  ...mountings.map((mounting) => ({
    name: `${mounting.name}: one collector, every task once`,
    mark: 'B' as const,
    oursOnly: true as const,
    ...(mounting.not && { not: mounting.not }),
    run: (stage: Stage) => once(stage, mounting),
  })),
  {
    name: 'siblings, each with an adapter of its own: one collector for each response, every task once',
    mark: 'B',
    oursOnly: true,
    not: notOn(['node', nodeHasNone]),
    async run(stage) {
      const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      const ran: string[] = []
      const app = await stage.start(
        (x) => {
          const { url } = x.req
          x.tasks.addTask(() => ran.push(`task of ${url}`))
          return x.send('ok')
        },
        undefined,
        'siblings',
      )
      for (const path of ['/a', '/b']) await app.request({ path })
      await until(() => ran.length === 2)
      await turns(20)
      expect(ran).toHaveLength(2)
      expect(mountedTwice(warning.mock.calls)).toEqual([])
      warning.mockRestore()
    },
  },
  {
    name: 'mounted twice with different runners: the first one runs the tasks, the second warns once',
    mark: 'B',
    oursOnly: true,
    not: notOn(['Fastify', refusedAtStart]),
    async run(stage) {
      const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      const seen = new Set<unknown>()
      const app = await stage.start(
        (x) => {
          const isFirst = !seen.has(x.req)
          seen.add(x.req)
          x.tasks.addTask(() => {})
          return isFirst ? x.next() : x.send('ok')
        },
        undefined,
        'twice, differing',
      )
      for (let i = 0; i < 3; i++) await app.request()
      await app.runner?.settled()
      expect(app.runner?.stats).toMatchObject({ succeeded: 6 })
      expect(mountedTwice(warning.mock.calls)).toEqual([
        expect.stringContaining('backgroundTasks() is mounted twice'),
      ])
      warning.mockRestore()
    },
  },
  ...(['twice', 'sub-app, mounted again'] as const).map((layout) => ({
    name: `registered twice in one scope chain (${layout === 'twice' ? 'one scope' : 'a child'}): a clear start-up error`,
    mark: 'B' as const,
    oursOnly: true as const,
    not: fastifyOnly('only Fastify knows at start-up what is registered where'),
    async run(stage: Stage) {
      await expect(stage.start(() => {}, undefined, layout)).rejects.toThrow(
        'backgroundTasks is registered in this app or around it already',
      )
    },
  })),
]

/** Of these calls of `emitWarning`, the ones that this is about: other rows' tasks may still hang. */
function mountedTwice(calls: readonly (readonly unknown[])[]): unknown[] {
  const isIt = (options: unknown) => (options as { code?: string })?.code === 'BG_MOUNTED_TWICE'
  return calls.filter(([, options]) => isIt(options)).map(([message]) => message)
}
