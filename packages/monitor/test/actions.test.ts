import { expect, it } from 'vitest'
import { ask, Events, post } from './events.js'
import { start, starts } from './places.js'

it.each(Object.keys(starts))(
  'a button of the application does what it is for, on %s',
  async (name) => {
    let presses = 0
    const actions = {
      'Send mails': async () => {
        presses += 1
      },
    }
    const { url } = await start({ options: { actions } }, name)
    const events = new Events(`${url}events`)
    await expect.poll(() => events.last('actions')).toEqual(['Send mails'])
    expect(await post(`${url}press`, { id: 'Send mails' })).toMatchObject({ status: 200 })
    expect(presses).toBe(1)
  },
)

it('what it throws is told to whoever has pressed it, and to nobody else', async () => {
  const actions = {
    sync() {
      throw new Error('there is no paper')
    },
    later: () => Promise.reject(new Error('the printer burns')),
    hostile: () => Promise.reject(null),
  }
  const { url } = await start({ options: { actions } })
  const answers = await Promise.all(Object.keys(actions).map((id) => post(`${url}press`, { id })))
  expect(answers.map(({ status }) => status)).toEqual([409, 409, 409])
  const errors = answers.map(({ text }) => JSON.parse(text).error)
  expect(errors.slice(0, 2)).toEqual(['Error: there is no paper', 'Error: the printer burns'])
})

it('who may only look presses none, and what is no button is none', async () => {
  let presses = 0
  const actions = {
    go: () => {
      presses += 1
    },
  }
  const { url } = await start({ options: { actions, authorize: () => 'read' } })
  expect(await post(`${url}press`, { id: 'go' })).toMatchObject({ status: 403 })
  const open = await start({ options: { actions } })
  for (const id of ['toString', '__proto__', 'Go', '']) {
    const { status, text } = await post(`${open.url}press`, { id })
    expect([status, JSON.parse(text)]).toEqual([409, { error: 'Error: There is no such button' }])
  }
  expect(await post(`${open.url}press`, {})).toMatchObject({ status: 400 })
  expect(await ask(`${open.url}press`)).toMatchObject({ status: 405 })
  const from = { 'sec-fetch-site': 'cross-site' }
  expect(await post(`${open.url}press`, { id: 'go' }, from)).toMatchObject({ status: 403 })
  expect(presses).toBe(0)
})

it.each([[null], [[]], [{ go: 'now' }], ['go']])('as actions %o is refused', async (actions) => {
  const wrong = start({ options: { actions: actions as never } })
  await expect(wrong).rejects.toThrow('an object of functions by what their buttons say')
})
