import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { backgroundTasks } from '@backgrounder/fastify'
import fastify5, { type FastifyInstance } from 'fastify'
import fastify4 from 'fastify4'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../contract/clients/http1.js'

describe.each([
  ['Fastify 4', fastify4],
  ['Fastify 5', fastify5],
])('%s', (_, fastify) => {
  /** An app with a request that is never answered, whose task waits for it. */
  async function unanswered(): Promise<FastifyInstance> {
    const app = fastify({ forceCloseConnections: true })
    await app.register(backgroundTasks)
    app.get('/', async (request) => {
      request.tasks.addTask(() => {})
      app.server.emit('asked')
      return new Promise(() => {})
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const asked = once(app.server, 'asked')
    await connect((app.server.address() as AddressInfo).port, '/')
    await asked
    onTestFinished(() => app.close())
    return app
  }

  it('closing one app never waits for another one that has an unanswered request', async () => {
    const other = await unanswered()
    const app = fastify()
    await app.register(backgroundTasks)
    const ran: string[] = []
    app.get('/', async (request) => {
      request.tasks.addTask(() => ran.push('ran'))
      return 'ok'
    })
    await app.inject('/')
    await app.close()
    expect(ran).toEqual(['ran'])
    expect(other.taskRunner.stats).toMatchObject({ pending: 1, succeeded: 0 })
  })

  it('registered in two scopes of one app, each drains before a pool of the whole app closes', async () => {
    const app = fastify()
    let isOpen = true
    const seen: [string, boolean][] = []
    for (const scope of ['a', 'b']) {
      await app.register(async (child) => {
        await child.register(backgroundTasks)
        child.get(`/${scope}`, async (request) => {
          request.tasks.addTask(async () => {
            await new Promise((resolve) => setTimeout(resolve, 20))
            seen.push([scope, isOpen])
          })
          return 'ok'
        })
      })
    }
    app.addHook('onClose', async () => {
      isOpen = false
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    for (const scope of ['a', 'b']) await app.inject(`/${scope}`)
    await app.close()
    expect(seen).toEqual([
      ['a', true],
      ['b', true],
    ])
    expect(isOpen).toBe(false)
  })

  it('a plugin in a scope of its own may close what the tasks of the whole app use', async () => {
    const app = fastify()
    let isOpen = true
    const seen: boolean[] = []
    await app.register(backgroundTasks)
    await app.register(async (child) => {
      await child.register(async (grandchild) => {
        grandchild.addHook('onClose', async () => {
          isOpen = false
        })
      })
      child.get('/', async (request) => {
        request.tasks.addTask(async () => {
          await new Promise((resolve) => setTimeout(resolve, 20))
          seen.push(isOpen)
        })
        return 'ok'
      })
    })
    await app.ready()
    await app.inject('/')
    await app.close()
    expect([seen, isOpen]).toEqual([[true], false])
  })

  it('an app that never listened, and one that is closed twice, drain and close', async () => {
    const app = fastify()
    await app.register(backgroundTasks)
    await Promise.all([app.close(), app.close()])
    expect(app.taskRunner.stats.pending).toBe(0)
  })
})
