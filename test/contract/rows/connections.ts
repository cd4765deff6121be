import { expect } from 'vitest'
import { noPipelining } from '../not.js'
import { deferred, type Row, until } from '../row.js'

/** What one connection carries after the response: the next answer waits for no task. */
export const connectionRows: Row[] = [
  {
    name: 'keep-alive: once each, and a long task never holds up the next answer',
    async run(stage) {
      const ran: string[] = []
      const long = deferred()
      const app = await stage.start((x) => {
        x.tasks.addTask(async () => {
          ran.push(x.req.url ?? '')
          if (x.req.url === '/long') await long.promise
        })
        x.send('ok')
      })
      const client = await app.keepAlive()
      const first = await client.request({ path: '/long' })
      await until(() => ran.length === 1)
      const second = await client.request({ path: '/next' })
      await until(() => ran.length === 2)
      long.resolve()
      expect([first.status, second.status]).toEqual([200, 200])
      expect(ran).toEqual(['/long', '/next'])
      client.close()
    },
  },
  {
    name: 'pipelined and answered: once each, in the order of the answers',
    not: noPipelining,
    async run(stage) {
      const ran: string[] = []
      const app = await stage.start(async (x) => {
        x.tasks.addTask(() => ran.push(x.req.url ?? ''))
        if (x.req.url === '/1') await until(() => x.res.req.socket.bytesRead > 0)
        x.send('ok')
      })
      const socket = await app.connect('/1', '/2', '/3')
      socket.resume()
      await until(() => ran.length === 3)
      expect(ran).toEqual(['/1', '/2', '/3'])
      socket.destroy()
    },
  },
  {
    name: 'pipelined, and the connection dies while an answer is queued: once each, not sent',
    mark: 'B',
    not: noPipelining,
    async run(stage) {
      const recorder = stage.recorder()
      let handled = 0
      const app = await stage.start((x) => {
        x.tasks.addTask(recorder.task(x))
        handled += 1
        if (x.req.url === '/1') return new Promise(() => {})
        return x.send('queued')
      })
      const socket = await app.connect('/1', '/2', '/3')
      await until(() => handled === 3)
      socket.reset()
      await until(() => recorder.ran.length === 3)
      expect(recorder.ran.map(({ sent }) => sent)).toEqual([false, false, false])
    },
  },
]
