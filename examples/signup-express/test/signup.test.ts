import { createRecorder, settled } from '@backgrounder/core/testing'
import request from 'supertest'
import { describe, expect, test } from 'vitest'
import { buildApp } from '../app.js'

const taken = Object.assign(new Error('taken'), { status: 409 })

describe('POST /signup', () => {
  test('answers while the mail server is busy, and then sends the mail', async () => {
    const sent: string[] = []
    let freeMailServer = () => {}
    const mailServerIsFree = new Promise<void>((resolve) => {
      freeMailServer = resolve
    })
    const app = buildApp({
      saveUser: async () => ({ id: 7 }),
      async sendEmail(to, subject) {
        await mailServerIsFree
        sent.push(`${to}: ${subject}`)
      },
    })

    const answer = await request(app).post('/signup').send({ email: 'ada@example.com' })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({ id: 7 })
    expect(sent).toEqual([])

    freeMailServer()
    await settled(app)
    expect(sent).toEqual(['ada@example.com: Welcome!'])
  })

  test('sends no mail to a user that could not be saved', async () => {
    const sent: string[] = []
    const app = buildApp({
      saveUser: () => Promise.reject(taken),
      sendEmail: async (to) => void sent.push(to),
    })
    await request(app).post('/signup').send({ email: 'ada@example.com' }).expect(409)
    await settled(app)
    expect(sent).toEqual([])
  })

  test.each([
    ['no body', undefined],
    ['no e-mail', {}],
    ['no host', { email: 'ada' }],
    ['a list', { email: ['ada@example.com'] }],
  ])('refuses %s: nobody is saved, and no mail is added', async (_, body) => {
    const saved: string[] = []
    const runner = createRecorder()
    const app = buildApp({
      async saveUser(email) {
        saved.push(email)
        return { id: 7 }
      },
      sendEmail: async () => {},
      runner,
    })
    await request(app).post('/signup').send(body).expect(422)
    expect([saved, runner.added]).toEqual([[], []])
  })

  test('adds the mail, as a recorder shows that runs nothing', async () => {
    const sent: string[] = []
    const runner = createRecorder()
    const app = buildApp({
      saveUser: async () => ({ id: 7 }),
      sendEmail: async (to) => void sent.push(to),
      runner,
    })
    await request(app).post('/signup').send({ email: 'ada@example.com' }).expect(201)
    await settled(app)
    expect(runner.added).toMatchObject([
      {
        name: 'welcome-mail',
        args: ['ada@example.com', 'Welcome!'],
        options: { when: 'success' },
        request: { method: 'POST', url: '/signup' },
      },
    ])
    expect(sent).toEqual([])
  })
})
