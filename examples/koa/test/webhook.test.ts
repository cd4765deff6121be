import { createHmac } from 'node:crypto'
import request from 'supertest'
import { describe, expect, test } from 'vitest'
import { buildApp } from '../app.js'

const secret = 'of the test'
const body = JSON.stringify({ type: 'paid', order: 7 })
const sign = (text: string) => createHmac('sha256', secret).update(text).digest('hex')

describe('POST /webhook', () => {
  test('answers 202 before the event is processed, and then processes it', async () => {
    const processed: unknown[] = []
    let goOn = () => {}
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const { app, background } = buildApp({
      secret,
      async processEvent(event) {
        await mayGoOn
        processed.push(event)
      },
    })

    const webhook = request(app.callback()).post('/webhook')
    await webhook.set('x-signature', sign(body)).send(body).expect(202)
    expect(processed).toEqual([])

    goOn()
    await background.runner.settled()
    expect(processed).toEqual([{ type: 'paid', order: 7 }])
  })

  test.each([
    ['a wrong signature', sign('another body')],
    ['no signature', ''],
  ])('answers 401 to %s, and processes nothing', async (_what, signature) => {
    const processed: unknown[] = []
    const { app, background } = buildApp({
      secret,
      processEvent: async (event) => void processed.push(event),
    })
    const webhook = request(app.callback()).post('/webhook')
    await webhook.set('x-signature', signature).send(body).expect(401)
    await background.runner.settled()
    expect(processed).toEqual([])
  })
})
