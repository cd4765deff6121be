import { backgroundTasks, createRunner, currentTask, getTasks } from '@backgrounder/fastify'
import createFastify from 'fastify'
import { expect, it } from 'vitest'

it('inject: once, sent, with the request that caused it', async () => {
  const seen: unknown[] = []
  const app = createFastify({ genReqId: () => 'request-7' })
  await app.register(backgroundTasks)
  app.post('/signup', async (request, reply) => {
    request.tasks.addTask(() => {
      const task = currentTask()
      seen.push([task?.outcome, task?.request])
    })
    return reply.code(202).send({ ok: true })
  })
  const answer = await app.inject({ method: 'POST', url: '/signup?from=mail' })
  await app.close()
  expect(answer.statusCode).toBe(202)
  expect(seen).toEqual([
    [
      { sent: true, status: 202 },
      { id: 'request-7', method: 'POST', url: '/signup?from=mail' },
    ],
  ])
})

it('inject: a task that is added after the answer runs too', async () => {
  const ran: string[] = []
  const app = createFastify()
  await app.register(backgroundTasks)
  let late = () => {}
  app.get('/', async (request) => {
    late = () => request.tasks.addTask(() => ran.push('late'))
    return 'ok'
  })
  await app.inject('/')
  late()
  await app.close()
  expect(ran).toEqual(['late'])
})

it('child plugins, 404 and error handlers share the collector', async () => {
  const ran: string[] = []
  const app = createFastify()
  await app.register(backgroundTasks)
  app.setNotFoundHandler((request, reply) => {
    request.tasks.addTask(() => ran.push('404'))
    reply.code(404).send('nothing here')
  })
  app.setErrorHandler((_error, request, reply) => {
    request.tasks.addTask(() => ran.push('error handler'))
    reply.code(500).send('sorry')
  })
  await app.register(async (child) => {
    child.get('/child', async (request) => {
      request.tasks.addTask(() => ran.push('child'))
      throw new Error('the handler fails')
    })
  })
  await app.inject('/child')
  await app.taskRunner.settled()
  await app.inject('/nowhere')
  await app.close()
  expect(ran).toEqual(['child', 'error handler', '404'])
})

it('an onRequest hook registered before ours gets a sentence, not a null', async () => {
  const messages: string[] = []
  const app = createFastify()
  app.addHook('onRequest', async (request) => {
    try {
      request.tasks.addTask(() => {})
    } catch (error) {
      messages.push((error as Error).message)
    }
  })
  await app.register(backgroundTasks)
  app.get('/', async () => 'ok')
  await app.inject('/')
  await app.close()
  expect(messages).toEqual([expect.stringContaining('await app.register(backgroundTasks)')])
})

it('getTasks of nothing names the line to add', () => {
  expect(() => getTasks(undefined as never)).toThrow('await app.register(backgroundTasks)')
})

it('getTasks(request) without the plugin names the line to add', async () => {
  const app = createFastify()
  app.get('/', async (request) => getTasks(request))
  const answer = await app.inject('/')
  expect(answer.json()).toMatchObject({
    code: 'BG_NO_TASKS',
    message: expect.stringContaining('await app.register(backgroundTasks)'),
  })
})

it('another property, and getTasks finds it', async () => {
  const ran: string[] = []
  const app = createFastify()
  app.decorateRequest<unknown>('tasks', 'the app’s own')
  await app.register(backgroundTasks, { property: 'background' as never })
  app.get('/', async (request) => {
    getTasks(request).addTask(() => ran.push('ran'))
    return { own: request.tasks, same: Reflect.get(request, 'background') === getTasks(request) }
  })
  expect((await app.inject('/')).json()).toEqual({ own: 'the app’s own', same: true })
  await app.close()
  expect(ran).toEqual(['ran'])
})

it('uses the runner that it is given', async () => {
  const runner = createRunner()
  const app = createFastify()
  await app.register(backgroundTasks, { runner })
  expect(app.taskRunner).toBe(runner)
})

it('takes the options of register itself, which autoload gives to every plugin', async () => {
  const app = createFastify()
  await app.register(backgroundTasks, { prefix: '/api', logLevel: 'warn', when: 'sent' })
  expect(app.taskRunner.options.when).toBe('sent')
})

it('app.register(backgroundTasks()) is refused at once', () => {
  const call = backgroundTasks as unknown as () => unknown
  expect(() => call()).toThrow(
    'backgroundTasks is the plugin itself: await app.register(backgroundTasks)',
  )
})

it('an unknown option is refused at start-up', async () => {
  const app = createFastify()
  const options = { retires: 3 } as never
  await expect(app.register(backgroundTasks, options)).rejects.toThrow(/Unknown option `retires`/)
})
