import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { notOn } from '../not.js'
import { deferred, type Row, turns, until } from '../row.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

async function areCollected(references: WeakRef<object>[]): Promise<boolean> {
  for (let round = 0; round < 20 && references.some((each) => each.deref()); round++) {
    await turns(2)
    collectGarbage()
  }
  return references.every((each) => each.deref() === undefined)
}

/** What the collector holds, and what of it is seen. */
export const keptRows: Row[] = [
  {
    name: 'a task that runs on keeps neither its request nor its response alive',
    mark: 'B',
    async run(stage) {
      const references: WeakRef<object>[] = []
      const gate = deferred()
      let running = 0
      const app = await stage.start((x) => {
        if (x.req.url === '/task') {
          references.push(new WeakRef(x.req), new WeakRef(x.res))
          x.tasks.addTask(() => {
            running += 1
            return gate.promise
          })
        }
        x.send('ok')
      })
      await app.request({ path: '/task' })
      // The parser of a connection keeps its last request: another one takes its place.
      await app.request({ path: '/other' })
      expect(await areCollected(references)).toBe(true)
      expect(running).toBe(1)
      gate.resolve()
    },
  },
  {
    name: 'the collector and a task print small: neither request, response nor arguments come along',
    mark: 'B',
    oursOnly: true,
    async run(stage) {
      const printed: string[] = []
      const held: string[] = []
      const app = await stage.start((x) => {
        const print = (value: unknown) =>
          printed.push(inspect(value, { depth: Infinity, showHidden: true }))
        const json = (value: unknown) => printed.push(JSON.stringify(value))
        print(x.tasks)
        json({ tasks: x.tasks })
        const run = x.tasks.addTask(sendEmail.bind(undefined, secret))
        print(x.tasks)
        json({ tasks: x.tasks })
        print(run)
        json(run)
        held.push(inspect(x.holder), jsonOf(x.holder))
        x.send('ok')
      })
      await app.request()
      expect(printed).toEqual([
        'RequestTasks(size=0, asGroup=false)',
        '{}',
        'RequestTasks(size=1, asGroup=false)',
        '{}',
        expect.stringMatching(/^TaskRun\(id=\S+, name=bound sendEmail, state=waiting\)$/),
        expect.stringMatching(/^{"id":"\S+","name":"bound sendEmail","state":"waiting"}$/),
      ])
      // What holds the collector is logged with it in; in Koa a context prints as it always did.
      if (stage.framework.family !== 'Koa') expect(held[0]).toContain(printed[2])
      expect(held.join()).not.toContain(secret)
    },
  },
  {
    name: 'res.render gives a view its locals, with the collector among them',
    mark: 'B',
    oursOnly: true,
    not: notOn(
      ['node', 'node:http renders no views'],
      ['Koa', 'Koa renders no views'],
      ['Fastify', 'Fastify renders no views'],
      ['Hono', 'Hono renders no views'],
    ),
    async run(stage) {
      const ran: string[] = []
      const app = await stage.start((x) => {
        const res = x.res as unknown as Rendering
        res.app.engine('ts', (_path, options, done) => {
          const { title, name, tasks } = options
          done(null, `${title} ${name}: ${inspect(tasks)} ${JSON.stringify({ tasks })}`)
        })
        res.locals.title = 'Hello'
        x.tasks.addTask(() => ran.push('rendered'))
        res.render(import.meta.filename, { name: 'Ada' })
      })
      const { status, body } = await app.request()
      expect([status, String(body)]).toEqual([
        200,
        'Hello Ada: RequestTasks(size=1, asGroup=false) {}',
      ])
      await until(() => ran.length > 0)
      expect(ran).toEqual(['rendered'])
    },
  },
]

/** Some frameworks' objects have cycles, which have no JSON: also without us. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    return String(error)
  }
}

const secret = 'an argument that must not be printed'

function sendEmail(_to: string): void {}

interface Rendering {
  readonly app: {
    engine(
      ext: string,
      render: (
        path: string,
        options: Record<string, unknown>,
        done: (error: unknown, text: string) => void,
      ) => void,
    ): void
  }
  readonly locals: Record<string, unknown>
  render(view: string, options: object): void
}
