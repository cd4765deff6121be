import { once } from 'node:events'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { collectTasks, createRunner, type Runner } from '@backgrounder/http'
import { expect, it, onTestFinished } from 'vitest'
import { report } from './end.js'

async function start(runner: Runner) {
  const asked: (() => void)[] = []
  const server = http2.createServer((req, res) => {
    asked.push(() => {
      collectTasks(req, res, runner).addTask(() => {})
      res.end('ok')
    })
  })
  const sessions: http2.ServerHttp2Session[] = []
  server.on('session', (session) => sessions.push(session))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => session.destroy())
  const ask = async () => {
    const stream = session.request({ ':path': '/' }).resume()
    const ended = once(stream, 'end')
    await once(server, 'request')
    return { ended }
  }
  return { server, sessions, ask, asked }
}

// docs/shutdown.md shows how to do it on Node 20 and 22.
const closesSessions = Number(process.versions.node.split('.')[0]) >= 24

it('a session is closed by the server, on Node 24; before that it holds the drain', async () => {
  const lines: string[] = []
  const runner = createRunner({ logger: { error: (line) => lines.push(line) } })
  const { server, ask, asked } = await start(runner)
  const { ended } = await ask()
  asked[0]?.()
  await ended
  const { ok } = await runner.drain({ server, timeout: closesSessions ? false : 100 })
  expect(ok).toBe(closesSessions)
  expect(lines).toEqual(
    closesSessions
      ? []
      : ['server not closed · 1 connection was still open at the end of the drain'],
  )
})

it('a session that the app closes itself is waited for, with its streams in flight', async () => {
  const runner = createRunner()
  const { server, ask, asked, sessions } = await start(runner)
  const { ended } = await ask()
  const drained = runner.drain({ server })
  for (const session of sessions) session.close()
  asked[0]?.()
  await ended
  expect(await drained).toEqual(report({ succeeded: 1 }))
})
