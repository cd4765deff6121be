import { once } from 'node:events'
import type { Server } from 'node:http'
import {
  background,
  backgroundTasks,
  createRunner,
  currentTask,
  getTasks,
} from '@backgrounder/express'
import express from 'express'
import supertest from 'supertest'
import { afterEach, describe, expect, it, vi } from 'vitest'

describe('res.locals.tasks', () => {
  it('supertest: once, sent, with the request that caused it, as the client sent it', async () => {
    const seen: unknown[] = []
    const middleware = backgroundTasks()
    const router = express.Router().post('/signup', (_req, res) => {
      res.locals.tasks.addTask(() => {
        const task = currentTask()
        seen.push([task?.outcome, task?.request])
      })
      res.status(202).json({ ok: true })
    })
    await supertest(express().use(middleware).use('/api', router)).post('/api/signup?from=mail')
    await middleware.drain()
    expect(seen).toEqual([
      [
        { sent: true, status: 202 },
        { id: undefined, method: 'POST', url: '/api/signup?from=mail' },
      ],
    ])
  })

  it('is one collector for each response, in a router and a sub-app too', async () => {
    const ran: string[] = []
    const middleware = backgroundTasks()
    const sub = express().get('/', (_req, res) => {
      res.locals.tasks.addTask(() => ran.push('sub-app'))
      expect(getTasks(res)).toBe(res.locals.tasks)
      res.send('ok')
    })
    const app = express().use(middleware, middleware)
    app.use((_req, res, next) => {
      res.locals.tasks.addTask(() => ran.push('app'))
      next()
    })
    await supertest(app.use('/sub', sub)).get('/sub').expect(200)
    await middleware.drain()
    expect(ran).toEqual(['app', 'sub-app'])
  })

  it('prints small', async () => {
    const app = express().use(backgroundTasks())
    app.get('/', (_req, res) => {
      res.json({ json: JSON.stringify(res.locals), size: res.locals.tasks.size })
    })
    const answer = await supertest(app).get('/').expect(200)
    expect(answer.body).toEqual({ json: '{}', size: 0 })
  })

  it('under another property', async () => {
    const ran: string[] = []
    const middleware = backgroundTasks({ property: 'background' as never })
    const app = express().use(middleware)
    app.get('/', (_req, res) => {
      getTasks(res).addTask(() => ran.push('ran'))
      res.json(Object.keys(res.locals))
    })
    const answer = await supertest(app).get('/')
    await middleware.drain()
    expect([answer.body, ran]).toEqual([['background'], ['ran']])
  })
})

describe('drain', () => {
  let server: Server | undefined
  afterEach(() => server?.close())

  it('waits for the tasks, and for definitions that were called', async () => {
    const ran: string[] = []
    const audit = background(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        ran.push('definition')
      },
      { name: 'audit' },
    )
    const middleware = backgroundTasks()
    const app = express().use(middleware)
    app.get('/', (_req, res) => {
      res.locals.tasks.addTask(() => {
        audit()
        ran.push('task')
      })
      res.send('ok')
    })
    server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await supertest(server).get('/').expect(200)
    expect(await middleware.drain()).toMatchObject({ ok: true, abandoned: [] })
    expect(ran).toEqual(['task', 'definition'])
  })

  it('waits for a definition that adds to the app again', async () => {
    const ran: string[] = []
    const middleware = backgroundTasks()
    const again = background(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        ran.push('definition')
        middleware.runner.addTask(() => {
          ran.push('task')
          if (ran.length < 6) again() // to and fro
        })
      },
      { name: 'again' },
    )
    middleware.runner.addTask(() => void again())
    expect(await middleware.drain()).toMatchObject({ ok: true, abandoned: [] })
    expect(ran).toHaveLength(6)
    expect(middleware.runner.stats.pending).toBe(0)
  })

  it('refuses a wrong timeout', async () => {
    await expect(backgroundTasks().drain({ timeout: -1 })).rejects.toThrow(TypeError)
    await expect(backgroundTasks().drain(null as never)).rejects.toThrow(
      'to be an object, got `null`',
    )
  })
})

describe('first mistakes', () => {
  it('app.use(backgroundTasks) answers with the line to write', async () => {
    const app = express().use(backgroundTasks as never)
    app.use((error: Error, _req: unknown, res: express.Response, _next: unknown) => {
      res.status(500).send(error.message)
    })
    const answer = await supertest(app).get('/').expect(500)
    expect(answer.text).toBe(
      'backgroundTasks was called as the middleware, which it makes: app.use(backgroundTasks())',
    )
  })

  it('getTasks of nothing names the line to add', () => {
    expect(() => getTasks(undefined as never)).toThrow('app.use(backgroundTasks())')
  })

  it('getTasks without the middleware names the line to add', async () => {
    const app = express().get('/', (_req, res) => {
      expect(() => getTasks(res)).toThrow('app.use(backgroundTasks())')
      res.send('ok')
    })
    await supertest(app).get('/').expect(200)
  })

  it.each([
    [
      { retires: 3 },
      'Unknown option `retires` of backgroundTasks, got `3` (number): it takes when,',
    ],
    [{ when: 'never' }, "Expected `when` to be 'always', 'sent', 'success'"],
    [{ onError: 'log' }, "Expected `onError` to be a function, got `'log'` (string)"],
    [
      { logger: {} },
      'Expected `logger` to be an object with a function `error`, got `{}` (Object)',
    ],
    [{ runner: {} }, 'Expected `runner` to be a runner, as createRunner(options) makes it'],
    [{ runner: createRunner(), when: 'sent' }, 'Expected no `when` beside `runner`'],
    [
      createRunner(),
      'Expected the runner under its name, got it as the options: backgroundTasks({ runner })',
    ],
    [{ property: '' }, "Expected `property` to be a string that is not empty, got `''` (string)"],
    [null, 'Expected `the options of backgroundTasks` to be an object, got `null` (null)'],
  ])('backgroundTasks(%o) is refused', (options, message) => {
    expect(() => backgroundTasks(options as never)).toThrow(message)
    expect(() => backgroundTasks(options as never)).toThrow(TypeError)
  })

  it('a bad addTask fails its own request, and says how to mend it', async () => {
    const onError = vi.fn()
    const app = express().use(backgroundTasks({ onError }))
    app.get('/', (_req, res) => {
      const send = async () => {}
      res.locals.tasks.addTask(send() as never)
    })
    app.use((error: Error, _req: unknown, res: express.Response, _next: unknown) => {
      res.status(500).send(error.message)
    })
    const answer = await supertest(app).get('/').expect(500)
    expect(answer.text).toContain('Pass the function and not its result')
    expect(onError).not.toHaveBeenCalled()
  })
})
