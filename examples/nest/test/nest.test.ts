import 'reflect-metadata'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { settled } from '@backgrounder/core/testing'
import request from 'supertest'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createExpressApp } from '../express.js'
import { createFastifyApp } from '../fastify.js'
import { Mailer } from '../mailer.js'

const platforms = { express: createExpressApp, fastify: createFastifyApp }

/** An app that listens, and whose mails are sent once the test says so. */
async function startApp(platform: keyof typeof platforms) {
  const app = await platforms[platform]()
  const mailer = app.get(Mailer, { strict: false })
  const sent: string[] = []
  let freeMailServer = () => {}
  const mailServerIsFree = new Promise<void>((resolve) => {
    freeMailServer = resolve
  })
  const send = vi.spyOn(mailer, 'send').mockImplementation(async (to) => {
    await mailServerIsFree
    sent.push(`${to}, ${mailer.isOpen ? 'open' : 'closed'}`)
  })
  onTestFinished(() => app.close())
  await app.listen(0, '127.0.0.1')
  const signUp = () =>
    request(app.getHttpServer()).post('/signup').send({ email: 'ada@example.com' })
  return { app, mailer, send, sent, freeMailServer, signUp }
}

describe.each(['express', 'fastify'] as const)('Nest on %s', (platform) => {
  test('answers while the mail server is busy, and then sends the mail', async () => {
    const { app, sent, freeMailServer, signUp } = await startApp(platform)
    const answer = await signUp()
    expect([answer.status, answer.body]).toEqual([202, { accepted: true }])
    expect(sent).toEqual([])
    freeMailServer()
    await settled(app.getHttpAdapter().getInstance())
    expect(sent).toEqual(['ada@example.com, open'])
  })

  test('close() waits for the mail, and closes what it needs only then', async () => {
    const { app, mailer, send, sent, freeMailServer, signUp } = await startApp(platform)
    await signUp()
    await vi.waitFor(() => expect(send).toHaveBeenCalledOnce(), 20_000)
    const closed = app.close()
    const server = app.getHttpServer()
    await vi.waitFor(() => expect(server.listening).toBe(false), 20_000)
    expect(sent).toEqual([])
    freeMailServer()
    await closed
    expect([sent, mailer.isOpen]).toEqual([['ada@example.com, open'], false])
  })

  test('a signal in the middle of a mail: it is sent, and the exit code is 0', async () => {
    const { child, port, output } = await startMain(platform)
    const headers = { 'content-type': 'application/json' }
    const body = '{"email":"ada@example.com"}'
    const url = `http://127.0.0.1:${port}/signup`
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(202)
    expect(output.text).not.toContain('mail to')
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
    expect(output.text).toContain('mail to ada@example.com, over a connection that is open')
  })
})

test('inject has tasks, too', async () => {
  const app = await createFastifyApp()
  onTestFinished(() => app.close())
  const send = vi.spyOn(app.get(Mailer), 'send').mockResolvedValue()
  await app.init()
  const payload = { email: 'ada@example.com' }
  const answer = await app.inject({ method: 'POST', url: '/signup', payload })
  expect(answer.statusCode).toBe(202)
  await settled(app.getHttpAdapter().getInstance())
  expect(send.mock.calls).toEqual([['ada@example.com']])
})

interface Main {
  readonly child: ChildProcess
  readonly port: string
  /** All that it has printed. */
  readonly output: { text: string }
}

/** main.ts, in a process of its own. */
async function startMain(platform: string): Promise<Main> {
  const flags = ['--conditions=@backgrounder/source', '--import', 'tsx', 'main.ts', platform]
  const child = spawn(process.execPath, flags, {
    cwd: path.resolve(import.meta.dirname, '..'),
    env: { ...process.env, PORT: '0' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { text: '' }
  const port = await new Promise<string>((resolve, reject) => {
    const onData = (data: Buffer) => {
      output.text += data
      const [, found] = /localhost:(\d+)/.exec(output.text) ?? []
      if (found) resolve(found)
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    child.once('close', () => reject(new Error(output.text)))
  })
  return { child, port, output }
}
