import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startWorker } from '@backgrounder/bullmq'
import request from 'supertest'
import { expect, onTestFinished, test, vi } from 'vitest'
import { makeFolder } from '../../../packages/bullmq/test/make-folder.js'
import { environments } from '../../../packages/bullmq/test/stores/urls.js'
import { skip } from '../../../test/needs.js'
import { buildService } from '../app.js'
import { monthlyReport } from '../monthly-report.js'
import { openEngine } from '../open-engine.js'
import { requirePassword } from '../require-password.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 }) // the first start of PGlite takes seconds

const until = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 60_000 })

for (const { name, missing, settings } of environments) {
  const title = `the board of jobs in ${name}`
  if (missing) {
    skip(title, missing)
    continue
  }
  test(`${title} shows what is done and what has failed, whose retry runs it again`, async () => {
    const folder = await makeFolder()
    const report = monthlyReport(folder)
    const QUEUE = `test-${randomUUID()}`
    const engine = openEngine({ ...(await settings()), QUEUE }, path.join(folder, 'jobs'))
    onTestFinished(() => engine.close())
    await engine.ready()
    const reported: unknown[] = []
    const onError = (error: unknown) => reported.push(error)
    const worker = await startWorker({ engine, tasks: [report], onError })
    onTestFinished(async () => void (await worker.close()))
    const { app } = buildService({ engine, report, password: 'secret' })

    const api = request.agent(app).auth('operator', 'secret')
    const onBoard = async (status: string) => {
      const { body } = await api
        .get('/board/api/queues')
        .query({ activeQueue: QUEUE, status, page: 1, jobsPerPage: 10 })
        .expect(200)
      return body.queues[0]
    }
    const write = (month: string) => writeFile(path.join(folder, `${month}.csv`), '2026-01-01,5\n')
    const enqueue = async (month: string): Promise<string> =>
      (await request(app).post(`/reports/${month}`).expect(202)).body.id

    await write('2026-06')
    const done = await enqueue('2026-06')
    const dead = await enqueue('2026-07')
    const shown = await until(async () => {
      const queue = await onBoard('latest')
      expect(queue.counts).toMatchObject({ completed: 1, failed: 1, active: 0, waiting: 0 })
      return queue
    })
    expect(shown).toMatchObject({ name: QUEUE, type: 'bullmq' })
    // BullMQ asks Redis who is connected, and can ask no other store.
    expect(shown.hasWorkers).toBe(name === 'Redis' ? true : null)
    const stats = await api.get('/board/api/redis/stats').expect(200)
    expect(stats.body.backend).toBe(name === 'Redis' ? 'redis' : 'postgres')
    expect(shown.jobs).toHaveLength(2)
    const [failed] = (await onBoard('failed')).jobs
    expect(failed).toMatchObject({ id: dead, name: 'monthly-report', attempts: 2 })
    expect(failed.data).toMatchObject({ args: ['2026-07'] })
    expect(failed.failedReason).toContain('ENOENT')
    const [completed] = (await onBoard('completed')).jobs
    expect(completed).toMatchObject({ id: done, data: { args: ['2026-06'] }, isFailed: false })

    // Without its sales once more: two attempts again, as at first.
    const toRetry = async () =>
      (await api.get(`/board/api/queues/${QUEUE}/${dead}`).expect(200)).body
    await api.put(`/board/api/queues/${QUEUE}/${dead}/retry`).expect(204)
    await until(async () => expect(reported).toHaveLength(2))
    // The board reads a job and its state one after the other.
    const again = { status: 'failed', job: { attempts: 2 } }
    await until(async () => expect(await toRetry()).toMatchObject(again))

    // With them, and by the button that retries all.
    await write('2026-07')
    const retryAll = await api.put(`/board/api/queues/${QUEUE}/retry/failed`).expect(200)
    expect(retryAll.body).toEqual({ retried: 1, skipped: 0 })
    await until(async () => expect((await toRetry()).status).toBe('completed'))
    expect((await onBoard('latest')).counts).toMatchObject({ completed: 2, failed: 0 })
    expect(await readFile(path.join(folder, '2026-07.total.txt'), 'utf8')).toBe('5.00\n')
  })
}

test('the board asks for its password on each of its paths, and a report for a month', async () => {
  const folder = await makeFolder()
  const engine = openEngine({}, path.join(folder, 'jobs'))
  onTestFinished(() => engine.close())
  await engine.ready()
  const report = monthlyReport(folder)
  const { app } = buildService({ engine, report, password: 'secret' })

  const paths = ['/board', '/board/', '/board/api/queues', '/board/static/favicon-32x32.png']
  for (const url of paths) {
    const refused = await request(app).get(url).expect(401)
    expect(refused.headers['www-authenticate']).toMatch(/^Basic /)
    await request(app).get(url).auth('operator', 'Secret').expect(401)
    await request(app).get(url).auth('secret', '').expect(401)
    await request(app).get(url).auth('secret', { type: 'bearer' }).expect(401)
  }
  await request(app).put('/board/api/queues/pause').expect(401)
  expect(await engine.queue.isPaused()).toBe(false)
  for (const url of paths.slice(1)) {
    await request(app).get(url).auth('operator', 'secret').expect(200)
  }
  expect(() => requirePassword('')).toThrow('Expected `password` not to be empty')

  for (const month of ['june', '2026-6', '..%2f2026-06']) {
    await request(app).post(`/reports/${month}`).expect(422)
  }
  expect(await engine.queue.count()).toBe(0)
})
