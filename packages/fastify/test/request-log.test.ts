import { Writable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  type BackgroundTasksOptions,
  backgroundTasks,
  createRunner,
  type RunnerOptions,
} from '@backgrounder/fastify'
import type { FastifyInstance } from 'fastify'
import createFastify from 'fastify'
import fastify4 from 'fastify4'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

interface Line {
  level: number
  msg: string
  reqId?: string
  [field: string]: unknown
}

type Create = (options: object) => FastifyInstance

const fail = () => {
  throw new RangeError('no such page')
}

/** An app that logs, and the lines that it has logged. */
async function logged(create: Create, options: BackgroundTasksOptions = {}, over = {}) {
  const lines: Line[] = []
  const stream = new Writable({
    write(text, _encoding, next) {
      for (const line of String(text).trim().split('\n')) lines.push(JSON.parse(line))
      next()
    },
  })
  const logger = { level: 'error', stream, ...over }
  const app = create({ logger, genReqId: () => 'request-7' })
  await app.register(backgroundTasks, options)
  app.get('/report', async (request) => {
    request.tasks.addTask(function render() {
      return fail()
    })
    return 'ok'
  })
  return { app, lines }
}

function consoleErrors() {
  const report = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => report.mockRestore())
  return report
}

describe.each<[string, Create]>([
  ['Fastify 5', createFastify as Create],
  ['Fastify 4', fastify4 as unknown as Create],
])('on %s, by default', (_, create) => {
  it('a failure is a line of the log of its request', async () => {
    const report = consoleErrors()
    const { app, lines } = await logged(create)
    await app.inject('/report')
    await app.close()
    expect(lines).toEqual([
      {
        level: 50,
        time: expect.any(Number),
        pid: expect.any(Number),
        hostname: expect.any(String),
        reqId: 'request-7',
        err: { type: 'RangeError', message: 'no such page', stack: expect.any(String) },
        task: 'render',
        taskId: expect.any(String),
        attempt: 1,
        addedAt: expect.stringMatching(/request-log\.test\.ts:\d+$/),
        msg: 'task failed',
      },
    ])
    expect(report).not.toHaveBeenCalled()
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('gone'), 'Symbol(gone)'],
    [function refuse() {}, '[Function: refuse]'],
    ['no such\npage', 'no such\npage'],
    [404, '404'],
    [404n, '404n'],
  ])('what is thrown and no object is an error with its text: %s', async (thrown, message) => {
    const { app, lines } = await logged(create)
    app.get('/thrown', async (request) => {
      request.tasks.addTask(function render() {
        throw thrown
      })
      return 'ok'
    })
    await app.inject('/thrown')
    await app.close()
    const err = { type: 'Error', message, stack: `Error: ${message}` }
    expect(lines).toMatchObject([{ level: 50, reqId: 'request-7', task: 'render', err }])
  })

  it('an object that is no error is logged as it is', async () => {
    const { app, lines } = await logged(create)
    app.taskRunner.addTask(function render() {
      throw { status: 404 }
    })
    await app.close()
    expect(lines).toMatchObject([{ task: 'render', err: { status: 404 } }])
  })

  it('a failure of no request is a line of the log of the app', async () => {
    const report = consoleErrors()
    const { app, lines } = await logged(create)
    app.taskRunner.addTask(function sweep() {
      return fail()
    })
    await app.close()
    expect(lines).toMatchObject([{ level: 50, task: 'sweep', msg: 'task failed' }])
    expect(lines[0]?.reqId).toBeUndefined()
    expect(report).not.toHaveBeenCalled()
  })

  it('what is out of time says so, and what a drain abandons is in the log of the app', async () => {
    const report = consoleErrors()
    const { app, lines } = await logged(create, { timeout: 5, drainTimeout: 20 })
    app.get('/slow', async (request) => {
      request.tasks.addTask(function slow() {
        return new Promise(() => {})
      })
      return 'ok'
    })
    await app.inject('/slow')
    await vi.waitFor(() => expect(lines).toHaveLength(1))
    expect(lines[0]).toMatchObject({
      reqId: 'request-7',
      task: 'slow',
      msg: 'task timed out',
      err: { code: 'BG_TIMEOUT' },
    })
    await app.close()
    expect(lines[1]?.msg).toMatch(/^task slow abandoned/)
    expect(report).not.toHaveBeenCalled()
  })

  it('an app without a logger has the report on the console', async () => {
    const report = consoleErrors()
    const app = create({})
    await app.register(backgroundTasks)
    app.get('/report', async (request) => {
      request.tasks.addTask(fail)
      return 'ok'
    })
    await app.inject('/report')
    await app.close()
    expect(report.mock.calls).toEqual([[expect.stringMatching(/^task fail failed · GET \/report/)]])
  })

  it('a log that is silent stays so', async () => {
    const report = consoleErrors()
    const { app, lines } = await logged(create, {}, { level: 'silent' })
    await app.inject('/report')
    await app.close()
    expect(lines).toEqual([])
    expect(report).not.toHaveBeenCalled()
  })
})

describe('what the app gives goes before that', () => {
  it('onError', async () => {
    const seen: unknown[] = []
    const onError: RunnerOptions['onError'] = (_, run) => seen.push(run.name)
    const { app, lines } = await logged(createFastify as Create, { onError })
    await app.inject('/report')
    await app.close()
    expect([seen, lines]).toEqual([['render'], []])
  })

  it('logger: the report is a text there', async () => {
    const texts: string[] = []
    const logger = { error: (text: string) => texts.push(text) }
    const { app, lines } = await logged(createFastify as Create, { logger })
    await app.inject('/report')
    await app.close()
    expect(lines).toEqual([])
    expect(texts).toEqual([expect.stringMatching(/^task render failed · GET \/report/)])
  })

  it('a runner of its own, with the report that it was made with', async () => {
    const report = consoleErrors()
    const { app, lines } = await logged(createFastify as Create, { runner: createRunner() })
    await app.inject('/report')
    await app.close()
    expect(lines).toEqual([])
    expect(report).toHaveBeenCalledOnce()
  })

  it('options that are given as undefined count as not given', async () => {
    const options = { onError: undefined, logger: undefined, runner: undefined }
    const { app, lines } = await logged(createFastify as Create, options)
    await app.inject('/report')
    await app.close()
    expect(lines).toMatchObject([{ task: 'render' }])
  })
})

it.each(['onError', 'logger', 'runner'])(
  '%s: null is refused, as without a log',
  async (option) => {
    const app = createFastify({ logger: { level: 'silent' } })
    const options = { [option]: null } as never
    await expect(app.register(backgroundTasks, options)).rejects.toThrow(
      `Expected \`${option}\` to be`,
    )
  },
)

it('a task that has not ended keeps the log of its request, and not the request', async () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const { app, lines } = await logged(createFastify as Create)
  let end = () => {}
  let ref: WeakRef<object> | undefined
  app.get('/slow', async (request) => {
    ref = new WeakRef(request)
    request.tasks.addTask(async function slow() {
      await new Promise<void>((resolve) => {
        end = resolve
      })
      fail()
    })
    return 'ok'
  })
  await app.inject('/slow')
  await vi.waitFor(() => expect(app.taskRunner.running()).toHaveLength(1))
  await vi.waitFor(() => {
    gc()
    expect(ref?.deref()).toBeUndefined()
  })
  end()
  await app.close()
  expect(lines).toMatchObject([{ task: 'slow', reqId: 'request-7' }])
})
