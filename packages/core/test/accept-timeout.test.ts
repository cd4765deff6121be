import { background, createRunner, type Engine } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { childProcesses } from './child.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'

type Deferred = ReturnType<typeof deferred<{ id: string }>>

const runChild = childProcesses()
const pass = fakeClock()

/** A runner whose engine answers as the test does, and what came of each call. */
function opened() {
  const answers: Deferred[] = []
  const add = () => {
    const answer = deferred<{ id: string }>()
    answers.push(answer)
    return answer.promise
  }
  const engine = { add, work() {}, acceptTimeout: 100 } as unknown as Engine
  const runner = createRunner({ engine })
  const mail = background((_to: string) => {}, { name: 'mail' })
  const settled: Record<number, string> = {}
  const enqueue = async (number: number) => {
    const came = await runner.enqueue(mail, 'a').catch((error) => ({ id: error.code }))
    settled[number] = came.id
  }
  return { answers, enqueue: (number: number) => void enqueue(number), settled }
}

describe('`acceptTimeout`', () => {
  it('counts from each call, however many wait', async () => {
    const { enqueue, settled } = opened()
    enqueue(0)
    await pass(60)
    enqueue(1)
    await pass(39)
    expect(settled).toEqual({})
    await pass(2)
    expect(settled).toEqual({ 0: 'BG_ENQUEUE' })
    await pass(57)
    expect(settled).toEqual({ 0: 'BG_ENQUEUE' })
    await pass(3)
    expect(settled).toEqual({ 0: 'BG_ENQUEUE', 1: 'BG_ENQUEUE' })
  })

  it('does not count what was answered, and counts whole after a quiet time', async () => {
    const { answers, enqueue, settled } = opened()
    enqueue(0)
    await pass(50)
    answers[0]?.resolve({ id: 'stored' })
    await pass(30)
    expect(settled).toEqual({ 0: 'stored' })
    enqueue(1)
    await pass(98)
    expect(settled).toEqual({ 0: 'stored' })
    await pass(4)
    expect(settled).toEqual({ 0: 'stored', 1: 'BG_ENQUEUE' })
  })

  it('an answer that comes after it changes nothing', async () => {
    const { answers, enqueue, settled } = opened()
    enqueue(0)
    await pass(102)
    answers[0]?.resolve({ id: 'late' })
    await pass(0)
    expect(settled).toEqual({ 0: 'BG_ENQUEUE' })
  })

  it('keeps the process for a call that waits, and for none other', async () => {
    const { code, stdout } = await runChild(`
      const { background, createRunner } = require('@backgrounder/core')
      const answers = [Promise.resolve({ id: 'stored' }), new Promise(() => {})]
      const engine = { add: () => answers.shift(), work() {}, stats() {}, close() {}, acceptTimeout: 300 }
      const runner = createRunner({ engine })
      const mail = background(() => {}, { name: 'mail' })
      runner.enqueue(mail).then(({ id }) => {
        console.log(id)
        return runner.enqueue(mail)
      }).catch(async ({ code }) => {
        console.log(code)
        answers.push(Promise.resolve({ id: 'again' }))
        engine.acceptTimeout = 3_600_000
        console.log((await createRunner({ engine }).enqueue(mail)).id)
      })
    `)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'stored\nBG_ENQUEUE\nagain\n' })
  })
})
