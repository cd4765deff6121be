import supertest from 'supertest'
import { expect } from 'vitest'
import { fastifyOnly } from '../not.js'
import { expectOnce, type Row } from '../row.js'

/** How an app's own tests ask it. */
export const testRows: Row[] = [
  {
    name: 'inject: once, sent',
    not(framework) {
      if (framework.family === 'Hono') return "Hono's app.request() has no response of Node.js"
      return framework.name === 'Fastify 4 · HTTP/2'
        ? 'Fastify 4 answers inject with 505 when it speaks HTTP/2'
        : fastifyOnly('only Fastify makes requests without a socket')(framework)
    },
    async run(stage) {
      const recorder = stage.recorder()
      const app = await stage.start((x) => {
        x.tasks.addTask(recorder.task(x))
        x.send('ok')
      })
      expect(await app.inject?.('/')).toBe('ok')
      await expectOnce(recorder, { sent: true, status: 200 })
    },
  },
  {
    name: 'supertest: once, sent',
    async run(stage) {
      const recorder = stage.recorder()
      const app = await stage.start((x) => {
        x.tasks.addTask(recorder.task(x))
        x.send('ok')
      })
      const { isHttp2 } = stage.framework
      await supertest(app.server, { http2: isHttp2 }).get('/').expect(200, 'ok')
      await expectOnce(recorder, { sent: true, status: 200 })
    },
  },
]
