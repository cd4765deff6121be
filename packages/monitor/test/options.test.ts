import { createRunner } from '@backgrounder/core'
import { backgroundTasks } from '@backgrounder/express'
import { type MonitorOptions, monitor } from '@backgrounder/monitor'
import { expect, expectTypeOf, it } from 'vitest'

const runner = createRunner()
const authorize = () => 'read' as const
const make = (runners: unknown, options?: unknown) => () => {
  monitor(runners as never, options as never).close()
}

it('without authorize there is no page, and the error has the line to write', () => {
  const sentence =
    "Expected `authorize` to be a function that gives 'read', 'write' or false for a request: " +
    'without one, anybody could see the page, got `undefined` (undefined). For example: ' +
    "monitor(tasks.runner, { authorize: (req) => isAdmin(req) && 'read' })"
  for (const options of [undefined, {}, { authorize: undefined }]) {
    expect(make(runner, options)).toThrow(new TypeError(sentence))
  }
})

it('a wrong option is refused by its name, value and type', () => {
  const sentences: [options: object, sentence: string][] = [
    [{ authorize: true }, 'Expected `authorize` to be a function of the request, got `true`'],
    [{ authorize, auth: 1 }, 'Unknown option `auth` of monitor'],
    [
      { authorize, formatArgs: 'json' },
      'Expected `formatArgs` to be a function that returns a string',
    ],
    [{ authorize, path: 'tasks' }, 'Expected `path` to be a path that begins with a slash'],
    [{ authorize, path: '/tasks/' }, "got `'/tasks/'` (string)"],
  ]
  for (const [options, sentence] of sentences) expect(make(runner, options)).toThrow(sentence)
})

it('what is no runner is refused, the middleware with the line to write', () => {
  const options = { authorize }
  expect(make(backgroundTasks(), options)).toThrow('It has one: monitor(tasks.runner, …)')
  expect(make(undefined, options)).toThrow('to be a runner, or an object of runners by name')
  expect(make({}, options)).toThrow('to be a runner, or an object of runners by name')
  expect(make({ web: 42 }, options)).toThrow('Expected `the runner web of monitor` to be a runner')
  expect(make({ web: backgroundTasks() }, options)).toThrow(
    'It has one: monitor({ web: tasks.runner }, …)',
  )
  expect(make({ web: runner, mail: createRunner() }, options)).not.toThrow()
  expect(make({ web: runner, mail: runner }, options)).toThrow(
    'Expected `the runner mail of monitor` to be another one than web, got',
  )
})

it('the types take what one writes', () => {
  interface Own {
    readonly url?: string
    readonly user: { readonly isAdmin: boolean }
  }
  const options: MonitorOptions[] = [
    { authorize: async () => 'read' },
    { authorize: (req) => req.headers.cookie === 'a=b' && 'write' },
    { authorize: (_req, ctx: Own) => (ctx.user.isAdmin ? 'write' : false) },
    { authorize: () => false, formatArgs: (args, name) => `${name} ${args.length}` },
  ]
  expect(options).toHaveLength(4)
  // @ts-expect-error true says nothing of what may be done
  const wrong: MonitorOptions = { authorize: () => true }
  expectTypeOf(wrong).toEqualTypeOf<MonitorOptions>()
})
