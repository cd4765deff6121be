import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, vi } from 'vitest'
import { type Row, turns, until } from '../row.js'

/** What a failure looks like, and where it is told. */
export const reportRows: Row[] = [
  {
    name: 'a failure that nobody handles is one line on stderr that names the request, then the stack, then where it was added',
    oursOnly: true,
    async run(stage) {
      const stderr = vi.spyOn(console, 'error').mockImplementation(() => {})
      const app = await stage.start((x) => {
        x.tasks.addTask(async function welcomeMail() {
          throw new Error('no such mailbox')
        })
        x.send('ok')
      })
      await app.request({ method: 'POST', path: '/signup?token=secret' })
      await until(() => stderr.mock.calls.length > 0)
      const [text] = stderr.mock.calls[0] as [string]
      stderr.mockRestore()
      const lines = text.split('\n')
      expect(lines[0]).toMatch(/^task welcomeMail failed · POST \/signup · attempt 1\/1 · \d+ ms$/)
      expect(lines[1]).toBe('    Error: no such mailbox')
      expect(lines[2]).toMatch(/^ +at .*welcomeMail/)
      expect(lines.at(-1)).toMatch(/^ {4}added at test\/contract\/rows\/reports\.ts:\d+$/)
    },
  },
  {
    name: "neither a path nor an error's text can forge or colour a line of the log",
    oursOnly: true,
    async run(stage) {
      const reports: string[] = []
      const app = await stage.start(
        (x) => {
          x.tasks.addTask(() => {
            throw new Error('bad\ntask other failed\u001b[31m')
          })
          x.send('ok')
        },
        { logger: { error: (text) => reports.push(text) } },
      )
      await app.request({ path: '/a%0Atask%20forged' })
      await until(() => reports.length > 0)
      const lines = reports.join('\n').split('\n')
      expect(lines.filter((line) => line.startsWith('task '))).toHaveLength(1)
      expect(lines.join('')).not.toContain('\u001b')
      expect(lines[0]).toContain('GET /a%0Atask%20forged')
    },
  },
  {
    name: 'onError has the error and the run, in the async context of the addTask',
    oursOnly: true,
    async run(stage) {
      const store = new AsyncLocalStorage<string>()
      const error = new Error('fails')
      const seen: unknown[] = []
      const app = await stage.start(
        (x) =>
          store.run(`store of ${x.req.url}`, () => {
            x.tasks.addTask(async () => {
              await turns(1)
              throw error
            })
            x.send('ok')
          }),
        { onError: (got, run) => seen.push([got === error, run.state, store.getStore()]) },
      )
      for (const path of ['/1', '/2']) await app.request({ path })
      await until(() => seen.length === 2)
      expect(seen).toEqual([
        [true, 'failed', 'store of /1'],
        [true, 'failed', 'store of /2'],
      ])
    },
  },
  {
    name: "an error that a task's timer throws later is the process's own: not swallowed",
    async run(stage) {
      const listeners = process.listeners('uncaughtException')
      const seen: unknown[] = []
      process.removeAllListeners('uncaughtException')
      process.on('uncaughtException', (error) => seen.push(error.message))
      try {
        const app = await stage.start((x) => {
          x.tasks.addTask(() => {
            setTimeout(() => {
              throw new Error('of the timer')
            }, 1)
          })
          x.send('ok')
        })
        await app.request()
        await until(() => seen.length > 0)
        expect(seen).toEqual(['of the timer'])
        expect(app.errors).toEqual([])
      } finally {
        process.removeAllListeners('uncaughtException')
        for (const listener of listeners) process.on('uncaughtException', listener)
      }
    },
  },
  {
    name: 'neither the adapter nor a request adds a handler to the process',
    async run(stage) {
      const count = () =>
        process.eventNames().map((name) => [name, process.listenerCount(name as 'exit')])
      const before = count()
      let ran = 0
      const app = await stage.start((x) => {
        x.tasks.addTask(() => ran++)
        x.send('ok')
      })
      await app.request()
      await until(() => ran === 1)
      expect(count()).toEqual(before)
    },
  },
]
