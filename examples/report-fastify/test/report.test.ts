import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { buildApp, type Settings } from '../app.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'report-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function startApp(readRows: Settings['readRows'], timeout = 15_000) {
  const app = await buildApp({ readRows, folder, timeout })
  onTestFinished(() => app.close())
  return app
}

describe('POST /reports', () => {
  test('answers where the report will be, and then writes it', async () => {
    const database = gate()
    const app = await startApp(async function* () {
      yield 'id,name\n'
      await database.opened
      yield '1,Ada\n'
    })

    const { statusCode, headers } = await app.inject({ method: 'POST', url: '/reports' })
    expect(statusCode).toBe(202)
    const location = String(headers.location)
    await vi.waitFor(async () => {
      const answer = await app.inject(location)
      expect([answer.statusCode, answer.json()]).toEqual([202, { state: 'running', attempt: 1 }])
    }, 10_000)

    database.open()
    await app.taskRunner.settled()
    const report = await app.inject(location)
    expect(report.headers['content-type']).toContain('text/csv')
    expect(report.body).toBe('id,name\n1,Ada\n')
  })

  test('an attempt that is out of time is aborted, and the next one begins anew', async () => {
    let attempts = 0
    const aborted: unknown[] = []
    const app = await startApp(async function* (signal) {
      attempts += 1
      yield 'id,name\n'
      if (attempts === 1 && signal) {
        yield 'the database hangs\n'
        await once(signal, 'abort')
        aborted.push(signal.reason)
        throw signal.reason
      }
      yield '1,Ada\n'
    }, 1_000)
    const { headers } = await app.inject({ method: 'POST', url: '/reports' })
    await app.taskRunner.settled()
    const report = await app.inject(String(headers.location))
    expect([report.statusCode, report.body]).toEqual([200, 'id,name\n1,Ada\n'])
    expect([attempts, aborted]).toEqual([2, [expect.objectContaining({ code: 'BG_TIMEOUT' })]])
  })

  test('says so when every attempt has failed', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    onTestFinished(() => void vi.restoreAllMocks())
    // biome-ignore lint/correctness/useYield: it fails before its first row
    const app = await startApp(async function* () {
      throw new Error('no such table')
    })
    const { headers } = await app.inject({ method: 'POST', url: '/reports' })
    await app.taskRunner.settled()
    const answer = await app.inject(String(headers.location))
    expect([answer.statusCode, answer.json()]).toEqual([500, { state: 'failed', attempt: 3 }])
  })
})

test('close() waits for a report that is being written', async () => {
  const database = gate()
  let read = 0
  const app = await startApp(async function* () {
    await database.opened
    read += 1
    yield '1,Ada\n'
  })
  await app.inject({ method: 'POST', url: '/reports' })

  const closed = app.close()
  expect(read).toBe(0)
  database.open()
  await closed
  expect(read).toBe(1)
})

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}
