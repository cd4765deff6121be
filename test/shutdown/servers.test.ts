import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectTasks, createRunner, type Runner } from '@backgrounder/http'
import { afterEach, expect, it } from 'vitest'
import { connect } from '../contract/clients/http1.js'
import { report } from './end.js'

// The server that a drain is given, in every state that it may be in.

const quiet = { logger: { error() {} } }
const servers: http.Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server with one request in flight, which is answered by `answer`. */
async function inFlight(runner: Runner): Promise<{ server: http.Server; answer: () => void }> {
  let answer = () => {}
  const server = http.createServer((req, res) => {
    answer = () => {
      collectTasks(req, res, runner).addTask(() => {})
      res.end('ok')
    }
  })
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = await connect((server.address() as AddressInfo).port, '/')
  socket.resume()
  await once(server, 'request')
  return { server, answer: () => answer() }
}

it('a server that somebody has closed already, with a request in flight, is waited for', async () => {
  const runner = createRunner()
  const { server, answer } = await inFlight(runner)
  server.close()
  const drained = runner.drain({ server })
  answer()
  expect(await drained).toEqual(report({ succeeded: 1 }))
})

it('a server that is closed to its end holds nothing', async () => {
  const server = http.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  await new Promise((resolve) => server.close(resolve))
  expect(await createRunner().drain({ server, timeout: false })).toEqual(report())
})

it('a server that never listened holds nothing', async () => {
  expect(await createRunner().drain({ server: http.createServer(), timeout: false })).toEqual(
    report(),
  )
})

it('a server that is still on its way to listen is closed', async () => {
  const server = http.createServer().listen(0, '127.0.0.1')
  expect(await createRunner().drain({ server, timeout: false })).toEqual(report())
  expect(server.listening).toBe(false)
})

it('one server in two drains at once: both wait for it, and both report', async () => {
  const runner = createRunner()
  const { server, answer } = await inFlight(runner)
  const drains = [runner.drain({ server }), runner.drain({ server, timeout: false })]
  answer()
  expect(await Promise.all(drains)).toEqual([report({ succeeded: 1 }), report({ succeeded: 1 })])
})

it('a second drain, without the server, does not wait for it; the first one does', async () => {
  const runner = createRunner()
  const { server, answer } = await inFlight(runner)
  const drained = runner.drain({ server })
  expect(await runner.drain()).toEqual(report())
  answer()
  expect(await drained).toEqual(report({ succeeded: 1 }))
})

it('two servers of one app: a drain for each', async () => {
  const runner = createRunner()
  const [first, second] = [await inFlight(runner), await inFlight(runner)]
  const drains = [first, second].map(({ server }) => runner.drain({ server }))
  first.answer()
  second.answer()
  const reports = await Promise.all(drains)
  expect(reports.map(({ ok }) => ok)).toEqual([true, true])
  expect(runner.stats).toMatchObject({ succeeded: 2, pending: 0 })
})

it('a drain whose server is still open at its deadline is not ok, and the next one goes on', async () => {
  const runner = createRunner(quiet)
  const { server, answer } = await inFlight(runner)
  expect(await runner.drain({ server, timeout: 10 })).toEqual(report({ ok: false }))
  const drained = runner.drain({ server })
  answer()
  expect(await drained).toEqual(report({ succeeded: 1 }))
})

it('no timer and no listener of ours is left on a server', async () => {
  const runner = createRunner()
  const { server, answer } = await inFlight(runner)
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const [timersBefore, listenersBefore] = [timers(), server.listenerCount('close')]
  const drained = runner.drain({ server })
  answer()
  await drained
  expect(timers()).toBeLessThanOrEqual(timersBefore) // Node's own is gone with the server
  expect(server.listenerCount('close')).toBe(listenersBefore)
})
