import { createReadStream } from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'
import { text } from 'node:stream/consumers'
import {
  appRunner,
  collectTasks,
  createRunner,
  currentTask,
  enterTasks,
  type RequestTasks,
} from '@backgrounder/http'
import { type Exchange, type Framework, type Kind, type Layout, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

const framework =
  (name: string, isHttp2: boolean) =>
  (kind: Kind): Framework => ({
    name,
    family: 'node',
    isHttp2,
    outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
    start(handler, options, layout = 'app') {
      const { runner, drain } = appRunner(options ?? {})
      const mounted = [runner, ...otherRunners(layout, runner)]
      const listener = async (req: http.IncomingMessage, res: http.ServerResponse) => {
        let isPassed = true
        for (const each of mounted) {
          if (!isPassed) return
          isPassed = false
          const tasks = kind === 'ours' ? collectTasks(req, res, each) : naiveTasks(res)
          try {
            const exchange: Exchange = {
              req,
              res,
              tasks,
              holder: { tasks },
              send: (body, status = 200) => res.writeHead(status).end(body ?? undefined),
              redirect: (location) => res.writeHead(302, { location }).end(),
              stream: (body) => body.on('error', (error) => res.destroy(error)).pipe(res),
              file: (path) => createReadStream(path).pipe(res),
              next() {
                if (layout === 'app') res.writeHead(404).end()
                isPassed = true
              },
              takeOver() {},
              body: () => text(req),
            }
            await (kind === 'ours'
              ? enterTasks(tasks as RequestTasks, each, () => handler(exchange))
              : handler(exchange))
          } catch {
            if (!res.headersSent) res.writeHead(500).end()
          }
        }
      }
      const server = isHttp2
        ? http2.createServer(listener as never) // what the rows use is in the compatibility API
        : http.createServer(listener)
      return listen(server, { runner: kind === 'ours' ? runner : undefined, errors: [] }, drain)
    },
  })

function otherRunners(layout: Layout, runner: ReturnType<typeof createRunner>) {
  if (layout === 'app') return []
  if (layout === 'twice') return [runner]
  if (layout === 'twice, differing') return [createRunner()]
  throw new Error(`node:http knows no ${layout}`)
}

export const nodeFrameworks = [framework('node:http', false), framework('node:http2', true)]
