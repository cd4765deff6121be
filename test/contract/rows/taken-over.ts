import { expect } from 'vitest'
import type { Connection } from '../clients/client.js'
import type { Exchange } from '../framework.js'
import { notBehindHono2 } from '../not.js'
import { expectOnce, type Row, type Stage, turns, until } from '../row.js'

/** The response is not, or not only, the framework's: its tasks run once all the same. */
export const takenOverRows: Row[] = [
  {
    name: 'an answer that was ended early, and that the handler then gives again: once, after the last byte',
    mark: 'B',
    not: notBehindHono2,
    async run(stage) {
      const recorder = stage.recorder()
      const app = await stage.start((x) => {
        x.tasks.addTask(recorder.task(x))
        x.res.writeHead(200).end('early')
        x.send('late')
      })
      const { body, status } = await app.request()
      expect([String(body), status]).toEqual(['early', 200])
      await expectOnce(recorder, { sent: true, status: 200 })
    },
  },
  {
    name: 'an answer that ends before its middleware does: tasks are added after it and run once each',
    mark: 'B',
    async run(stage) {
      const ran: string[] = []
      const app = await stage.start(async (x) => {
        x.takeOver()
        x.tasks.addTask(() => ran.push('before'))
        x.res.end('early')
        x.tasks.addTask(() => ran.push('between'))
        await turns(20)
        x.tasks.addTask(() => ran.push('after'))
      })
      await app.request()
      await until(() => ran.length === 3)
      await turns(20)
      expect(ran).toEqual(['before', 'between', 'after'])
    },
  },
  {
    name: 'a response taken over from the framework whose client leaves: once, not sent',
    mark: 'B',
    run: (stage) =>
      takenOver(
        stage,
        (x) => x.res.write('a beginning'),
        async (client) => {
          await client.someData()
          client.destroy()
        },
      ),
  },
  {
    name: 'a response taken over and destroyed: once, not sent',
    mark: 'B',
    run: (stage) => takenOver(stage, (x) => x.res.destroy()),
  },
]

async function takenOver(
  stage: Stage,
  answer: (exchange: Exchange) => unknown,
  leave: (client: Connection) => unknown = () => {},
): Promise<void> {
  const recorder = stage.recorder()
  const app = await stage.start((x) => {
    x.takeOver()
    x.tasks.addTask(recorder.task(x))
    answer(x)
    return new Promise(() => {})
  })
  const client = await app.connect('/')
  await leave(client)
  await expectOnce(recorder, { sent: false })
}
