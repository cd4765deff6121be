import { bullmqEngine } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { expect, it, onTestFinished } from 'vitest'
import { describeOwnServers } from './stores/own-servers.js'
import { until } from './until.js'

const mail = background((_to: string) => {}, { name: 'mail' })

// It has the connection, and answers nothing.
describeOwnServers('a store that is frozen', ({ start, options }) => {
  it('is a 503 after acceptTimeout, and takes jobs again when it goes on', async () => {
    const server = await start()
    onTestFinished(server.kill)
    const engine = bullmqEngine({ ...options(server.url), acceptTimeout: 200 })
    await engine.ready()
    const runner = createRunner({ engine })
    await runner.enqueue(mail, 'before')
    server.signal('SIGSTOP')
    for (const _ of [1, 2]) {
      await expect(runner.enqueue(mail, 'frozen')).rejects.toMatchObject({
        code: 'BG_ENQUEUE',
      })
    }
    server.signal('SIGCONT')
    const enqueue = () =>
      runner.enqueue(mail, 'after').then(
        () => true,
        () => false,
      )
    await until(enqueue)
    await engine.close()
  }, 60_000)
})
