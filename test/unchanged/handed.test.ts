import type { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { http1 } from '../contract/clients/http1.js'
import type { Framework, Handed, Mounted } from './framework.js'
import { frameworks } from './frameworks.js'
import { Trace } from './trace.js'

/** Looks at what a handler is given, while the handler runs. */
async function look<T>(f: Framework, mounted: Mounted, at: (handed: Handed) => T): Promise<T> {
  let seen: T | undefined
  const app = await f.start({
    mounted,
    trace: new Trace(),
    onHandler(handed) {
      seen = at(handed)
    },
  })
  const { status } = await http1.request(app.port, { path: '/ok' })
  await app.close()
  expect(status).toBe(200)
  return seen as T
}

/** The names that each of the objects has, with its prototypes, and which of them a `for in` sees. */
function names(handed: Handed): string[] {
  return Object.entries(handed).flatMap(([name, object]) => {
    const seen = new Map<string, boolean>()
    for (let each = object; each && each !== Object.prototype; each = Object.getPrototypeOf(each)) {
      for (const [key, { enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(each))) {
        if (!seen.has(key)) seen.set(key, enumerable === true)
      }
    }
    return [...seen].map(([key, isSeen]) => `${name}.${key}${isSeen ? '' : ' (hidden)'}`)
  })
}

/** The framework's own objects as the JSON of an answer or of a log, where they have one. */
function json({ req: _req, res: _res, ...own }: Handed): string[] {
  return Object.entries(own).flatMap(([name, object]) => {
    try {
      // A port is another one in each app.
      return `${name}: ${JSON.stringify(object).replace(/127\.0\.0\.1:\d+/g, '')}`
    } catch {
      return [] // It has cycles.
    }
  })
}

/** How many listen to what, on everything that lives for a request or longer. */
function listeners({ req, res }: Handed): string[] {
  const { socket } = req
  const server = (socket as unknown as { server: EventEmitter }).server
  return Object.entries({ req, res, socket, server, process }).flatMap(([name, emitter]) =>
    (emitter as EventEmitter)
      .eventNames()
      .map((event) => `${name} ${String(event)}: ${emitter.listenerCount(event as 'exit')}`),
  )
}

/** What is documented, and nothing else. */
const property: Record<string, string[]> = {
  Express: ['locals.tasks'],
  Koa: ['ctx.tasks'],
  Fastify: ['request.tasks (hidden)'],
}

describe.each(frameworks)('$name: what a handler is given', (f) => {
  it.each<Mounted>(['the adapter', 'the adapter, a task on every request'])(
    'has one property more, with %s',
    async (mounted) => {
      const bare = await look(f, 'nothing', names)
      const ours = await look(f, mounted, names)
      expect(bare.length).toBeGreaterThan(10)
      expect(ours.filter((name) => !bare.includes(name))).toEqual(
        property[f.name.split(' ')[0] ?? ''],
      )
      expect(bare.filter((name) => !ours.includes(name))).toEqual([])
    },
  )

  it('has the same JSON', async () => {
    const bare = await look(f, 'nothing', json)
    expect(await look(f, 'the adapter, a task on every request', json)).toEqual(bare)
  })

  it('has the same listeners, as long as no task was added', async () => {
    const bare = await look(f, 'nothing', listeners)
    expect(bare.length).toBeGreaterThan(10)
    expect(await look(f, 'the adapter', listeners)).toEqual(bare)
  })
})
