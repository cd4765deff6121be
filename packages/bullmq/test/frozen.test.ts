import { bullmqEngine } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { expect, it, onTestFinished } from 'vitest'
import { describeOwnServers } from './stores/own-servers.js'
import { until } from './until.js'

const mail = background((_to: string) => {}, { name: 'mail' })

// It has the connection, and answers nothing.
describeOwnServers('a store that is frozen', ({ start, options }) => {
  it('is a 503 after acceptTimeout, tells who asks so, and takes jobs again when it goes on', async () => {
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
    const late = 'No answer of the store in 200 ms (acceptTimeout)'
    await expect(engine.stats()).rejects.toThrow(late)
    await expect(engine.dead.list()).rejects.toThrow(late)
    await expect(engine.dead.retry('an-id')).rejects.toThrow(late)
    server.signal('SIGCONT')
    const enqueue = () =>
      runner.enqueue(mail, 'after').then(
        () => true,
        () => false,
      )
    await until(enqueue)
    expect((await engine.stats()).waiting).toBeGreaterThanOrEqual(2)
    await engine.close()
  }, 60_000)
})
