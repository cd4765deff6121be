import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildApp } from '../app.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signup-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('POST /signup', () => {
  test('answers while the mail server is busy; then the mail is sent and the audit written', async () => {
    const auditFile = path.join(folder, 'audit.log')
    const sent: string[] = []
    let freeMailServer = () => {}
    const mailServerIsFree = new Promise<void>((resolve) => {
      freeMailServer = resolve
    })
    const { app, background } = buildApp({
      auditFile,
      saveUser: async () => ({ id: 7 }),
      async sendEmail(to, subject) {
        await mailServerIsFree
        sent.push(`${to}: ${subject}`)
      },
    })

    const answer = await request(app).post('/signup').send({ email: 'ada@example.com' })
    expect(answer.status).toBe(202)
    expect(answer.body).toEqual({ id: 7 })
    expect(sent).toEqual([])

    freeMailServer()
    await background.runner.settled()
    expect(sent).toEqual(['ada@example.com: Welcome!'])
    expect(await readFile(auditFile, 'utf8')).toBe('{"id":7,"email":"ada@example.com"}\n')
  })

  test('sends no mail to a user that could not be saved', async () => {
    const sent: string[] = []
    const { app, background } = buildApp({
      auditFile: path.join(folder, 'audit.log'),
      saveUser: () => Promise.reject(Object.assign(new Error('taken'), { status: 409 })),
      sendEmail: async (to) => void sent.push(to),
    })
    await request(app).post('/signup').send({ email: 'ada@example.com' }).expect(409)
    await background.runner.settled()
    expect(sent).toEqual([])
  })
})
