import { channel } from 'node:diagnostics_channel'
import {
  background,
  type Outcome,
  type RequestTasks,
  type SkippedEvent,
  type TaskRun,
} from '@backgrounder/core'
import { expect } from 'vitest'
import { type Row, type Stage, until } from '../row.js'

/** Which tasks run after which response. Ours only: it is our API. */
export const policyRows: Row[] = [
  {
    name: 'a task runs whatever became of the response',
    oursOnly: true,
    async run(stage) {
      const ran = await ranAfterEach(stage, 'always')
      expect(ran).toEqual(['/200', '/404', '/500', '/lost'])
    },
  },
  {
    name: "when: 'sent' runs after every response that was sent whole",
    oursOnly: true,
    async run(stage) {
      expect(await ranAfterEach(stage, 'sent')).toEqual(['/200', '/404', '/500'])
    },
  },
  {
    name: "when: 'success' runs after a response that was sent with a status below 400",
    oursOnly: true,
    async run(stage) {
      expect(await ranAfterEach(stage, 'success')).toEqual(['/200'])
    },
  },
  {
    name: 'when: a function of the outcome decides',
    oursOnly: true,
    async run(stage) {
      const seen: Outcome[] = []
      const ran = await ranAfterEach(stage, (outcome) => {
        seen.push(outcome)
        return outcome.status === 404
      })
      expect(ran).toEqual(['/404'])
      expect(seen).toEqual([
        { sent: true, status: 200 },
        { sent: true, status: 404 },
        { sent: true, status: 500 },
        { sent: false, status: undefined },
      ])
    },
  },
  {
    name: 'when: in `with` before the definition, and in the definition before the app',
    oursOnly: true,
    async run(stage) {
      const ran: string[] = []
      const app = await stage.start(
        (x) => {
          const tasks = x.tasks as RequestTasks
          const onlySent = background(() => ran.push('definition'), { when: 'sent' })
          tasks.addTask(() => ran.push('app'))
          tasks.addTask(onlySent)
          tasks.with({ when: 'success' }).addTask(onlySent)
          x.send('ok', 404)
        },
        { when: () => false },
      )
      await app.request()
      await app.runner?.settled()
      expect(ran).toEqual(['definition'])
      expect(app.runner?.stats).toMatchObject({ succeeded: 1, skipped: 2 })
    },
  },
  {
    name: "onFailure: 'stop' for the app: the rest of the response is skipped, not another one's",
    oursOnly: true,
    async run(stage) {
      const ran: string[] = []
      const app = await stage.start(
        (x) => {
          if (x.req.url === '/fails') {
            x.tasks.addTask(() => {
              throw new Error('stop')
            })
          }
          x.tasks.addTask(() => ran.push(x.req.url ?? ''))
          x.send('ok')
        },
        { onFailure: 'stop', onError: () => {} },
      )
      await app.request({ path: '/fails' })
      await app.request({ path: '/works' })
      await app.runner?.settled()
      expect(ran).toEqual(['/works'])
      expect(app.runner?.stats).toMatchObject({ failed: 1, skipped: 1, succeeded: 1 })
    },
  },
]

/** Answers 200, 404 and 500, and loses a client; gives back after which of them the task ran. */
async function ranAfterEach(
  stage: Stage,
  when: NonNullable<Parameters<Stage['start']>[1]>['when'],
) {
  const ran: string[] = []
  const skipped: SkippedEvent[] = []
  const onSkipped = (event: unknown) => skipped.push(event as SkippedEvent)
  const runs: TaskRun[] = []
  const app = await stage.start(
    (x) => {
      runs.push(x.tasks.addTask(() => ran.push(x.req.url ?? '')) as TaskRun)
      if (x.req.url === '/lost') return new Promise(() => {})
      return x.send('ok', Number(x.req.url?.slice(1)))
    },
    { when },
  )
  channel('backgrounder.task.skipped').subscribe(onSkipped)
  for (const path of ['/200', '/404', '/500']) await app.request({ path })
  const socket = await app.connect('/lost')
  await until(() => runs.length === 4)
  socket.reset()
  await app.runner?.settled()
  channel('backgrounder.task.skipped').unsubscribe(onSkipped)
  // Whatever did not run is settled as skipped, with an event.
  expect(runs.map(({ state }) => state)).toEqual(
    runs.map(({ request }) => (ran.includes(request?.url ?? '') ? 'succeeded' : 'skipped')),
  )
  expect(skipped.map(({ reason, task }) => [reason, task.request?.url])).toEqual(
    runs.filter(({ state }) => state === 'skipped').map(({ request }) => ['when', request?.url]),
  )
  return ran
}
