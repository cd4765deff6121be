import { randomUUID } from 'node:crypto'
import { mkdir, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { Pool } from 'pg'
import request from 'supertest'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeFolder } from '../../../packages/bullmq/test/make-folder.js'
import { noPostgres } from '../../../packages/bullmq/test/stores/postgres.js'
import { databaseUrl, environments } from '../../../packages/bullmq/test/stores/urls.js'
import { skip } from '../../../test/needs.js'
import { buildService } from '../app.js'
import { MailService } from '../mail-service.js'
import { migrate, Processes } from '../processes.js'
import { openStore } from '../store.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 }) // a lease ends after 10 s

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000 })

/** On a server there is a worker too. */
const processesOf = (name: string) => (name === 'a folder' ? 1 : 2)

const none = { DATABASE_URL: undefined, REDIS_URL: undefined }

for (const { name, missing, settings } of environments) {
  const title = `a sign-up whose jobs are in ${name}`
  if (missing) {
    skip(title, missing)
    continue
  }
  test(`${title}: killed after the answers and started again, it sends each mail`, async () => {
    const mails = new MailService()
    onTestFinished(() => mails.close())
    const service = new Processes({
      ...process.env,
      ...none,
      ...(await settings()),
      NODE_ENV: undefined,
      FOLDER: await makeFolder(),
      QUEUE: `test-${randomUUID()}`,
      MAIL_SERVICE: await mails.start(),
    })
    onTestFinished(() => void service.end('SIGKILL'))
    await service.start()

    let goOn = () => {}
    const isTold = new Promise<void>((resolve) => {
      goOn = resolve
    })
    mails.pace = () => isTold
    const run = randomUUID()
    const emails = ['ada', 'bob', 'eve'].map((who) => `${who}-${run}@example.com`)
    expect(await Promise.all(emails.map((email) => service.signUp(email)))).toEqual([202, 202, 202])
    await until(() => expect(mails.asked).toBe(3))
    const killed = await service.end('SIGKILL')
    expect(killed).toEqual(Array.from({ length: processesOf(name) }, () => 'SIGKILL'))
    goOn()

    await service.start()
    await until(() => expect(mails.sent.toSorted()).toEqual(emails))
    expect(await service.signUp(emails[0] as string)).toBe(409)
    const ended = await service.end('SIGTERM')
    expect(ended).toEqual(Array.from({ length: processesOf(name) }, () => 0))
    expect(mails.sent).toHaveLength(3)
  })
}

describe('a user and his mail', () => {
  test.skipIf(noPostgres)(
    `are one transaction on PostgreSQL${noPostgres ? ` (${noPostgres})` : ''}`,
    async () => {
      const DATABASE_URL = await databaseUrl()
      await migrate(DATABASE_URL)
      const store = openStore({ DATABASE_URL, QUEUE: `test-${randomUUID()}` })
      const { app } = buildService(store)
      const pool = new Pool({ connectionString: DATABASE_URL })
      onTestFinished(async () => {
        await pool.end()
        await store.close()
      })
      const signUp = async (email: string) =>
        (await request(app).post('/signup').send({ email })).status
      const count = async (email: string) => {
        const { rowCount } = await pool.query('SELECT FROM users WHERE email = $1', [email])
        return [rowCount, await store.engine.queue.getWaitingCount()]
      }

      // PostgreSQL takes this address, and the engine does not: it is longer than its maxBytes.
      const long = `${'x'.repeat(70_000)}@example.com`
      expect(await signUp(long)).toBe(500)
      expect(await count(long)).toEqual([0, 0])
      const email = `${randomUUID()}@example.com`
      expect(await signUp(email)).toBe(202)
      expect(await count(email)).toEqual([1, 1])
    },
  )

  test('are two steps with a folder: tried again after the first, there is one mail', async () => {
    const folder = await makeFolder()
    const store = openStore({ ...none, FOLDER: folder })
    onTestFinished(() => store.close())
    await store.engine.ready()
    const { app } = buildService(store)
    const signUp = () => request(app).post('/signup').send({ email: 'ada@example.com' })

    await mkdir(path.join(folder, 'users')) // where the file is to be
    await signUp().expect(500)
    expect(await store.engine.queue.getWaitingCount()).toBe(1)
    await rmdir(path.join(folder, 'users'))
    await signUp().expect(202)
    await signUp().expect(409)
    expect(await store.engine.queue.getWaitingCount()).toBe(1)
  })

  test('are refused for what is no address', async () => {
    const store = openStore({ ...none, FOLDER: await makeFolder() })
    const { app } = buildService(store)
    for (const body of [undefined, {}, { email: 'ada' }, { email: ['ada@example.com'] }]) {
      await request(app).post('/signup').send(body).expect(422)
    }
  })
})
