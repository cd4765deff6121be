import diagnostics from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { background, currentTask, type RetriedEvent } from '@backgrounder/core'
import { type Handler, pool } from './apps.js'

// Runs in the child: what its handlers and tasks do. They wait at gates, which the test opens, and
// tell the test where they are.

const gates = new Map<string, { opened: Promise<void>; open: () => void }>()

export function gate(name: string): { opened: Promise<void>; open: () => void } {
  let found = gates.get(name)
  if (!found) {
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    found = { opened, open }
    gates.set(name, found)
  }
  return found
}

export function open(name: string): void {
  gate(name).open()
}

export function tell(at: string): void {
  process.send?.({ at })
}

/** A task's side effect, in a file of the test's. */
function write(line: string): void {
  appendFileSync(String(process.env.RAN), `${line}\n`)
}

async function worksLong(): Promise<void> {
  tell('task')
  await gate('task').opened
  write('worked')
}

async function stuck(): Promise<void> {
  tell('task')
  await new Promise(() => {})
}

const longReport = background(worksLong, { name: 'long-report' })
const stuckReport = background(stuck, { name: 'stuck-report' })

/** A definition that is called outside of any request. */
export function callDefinition(name: string): void {
  if (name === 'long-report') longReport()
  else stuckReport()
}

diagnostics.subscribe('backgrounder.task.retried', (event) => {
  tell(`retried after ${(event as RetriedEvent).delay} ms`)
})

const anHour = 3_600_000

export const routes: Record<string, Handler> = {
  '/ping': ({ send }) => send('pong'),

  '/work': ({ tasks, send }) => {
    tasks.addTask(worksLong)
    send('ok')
  },

  '/in-flight': async ({ tasks, send }) => {
    tasks.addTask(() => write('after an answer in flight'))
    tell('handler')
    await gate('handler').opened
    send('ok')
  },

  '/no-task-yet': async ({ tasks, send }) => {
    tell('handler')
    await gate('handler').opened
    tasks.addTask(() => write('added in flight'))
    send('ok')
  },

  '/chain': ({ tasks, send }) => {
    tasks.addTask(async () => {
      await worksLong()
      tasks.addTask(async () => {
        await new Promise((resolve) => setImmediate(resolve))
        write('second')
        background(async () => {
          await new Promise((resolve) => setImmediate(resolve))
          write('definition')
          tasks.addTask(() => write('last'))
        })()
      })
    })
    send('ok')
  },

  '/stuck': ({ tasks, send }) => {
    tasks.addTask(stuck)
    tasks.addTask(function afterIt() {
      write('never')
    })
    send('ok')
  },

  '/obeys': ({ tasks, send }) => {
    tasks.addTask(async () => {
      const signal = currentTask()?.signal
      tell('task')
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      write('was told to end')
    })
    send('ok')
  },

  '/retries': ({ tasks, send }) => {
    const retries = { attempts: 2, delay: anHour, maxDelay: anHour, jitter: false }
    tasks.with({ retries }).addTask(async () => {
      const attempt = currentTask()?.attempt
      write(`attempt ${attempt}`)
      if (attempt === 1) throw new Error('the first one fails')
    })
    send('ok')
  },

  '/fails': ({ tasks, send }) => {
    tasks.addTask(async function breaks() {
      await worksLong()
      throw new Error('the mail server said 421')
    })
    send('ok')
  },

  '/large': async ({ tasks, send }) => {
    tasks.addTask(() => write('after the last byte'))
    tell('handler')
    await gate('handler').opened
    send(Buffer.alloc(32 * 1024 * 1024, 'x'))
    tell('answered')
  },

  '/pool': async ({ tasks, send }) => {
    const look = (who: string) => write(`${who}: the pool is ${pool.isOpen ? 'open' : 'closed'}`)
    tasks.addTask(async () => {
      look('task in flight')
      tell('task')
      await gate('task').opened
      look('at its end')
      tasks.addTask(() => look('added meanwhile'))
    })
    tell('handler')
    await gate('handler').opened
    tasks.addTask(() => look('added in flight'))
    send('ok')
  },

  '/stream': ({ tasks, raw, takeOver }) => {
    tasks.addTask(() => write(`after the stream: ${currentTask()?.outcome?.sent}`))
    takeOver()
    raw.writeHead(200, { 'content-type': 'text/event-stream' })
    raw.write('data: 1\n\n')
  },

  '/never': ({ tasks }) => {
    tasks.addTask(function afterNothing() {
      write(`not answered: ${currentTask()?.outcome?.sent}`)
    })
    tell('handler')
    return new Promise(() => {})
  },
}
