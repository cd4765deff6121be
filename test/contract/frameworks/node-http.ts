import { createReadStream } from 'node:fs'
import http from 'node:http'
import { collectTasks, createRunner, currentTask } from '@backgrounder/http'
import { type Framework, type Kind, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

export const nodeHttp = (kind: Kind): Framework => ({
  name: 'node:http',
  outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
  async start(handler, options) {
    const runner = createRunner(options)
    const server = http.createServer(async (req, res) => {
      const tasks = kind === 'ours' ? collectTasks(req, res, runner) : naiveTasks(res)
      try {
        await handler({
          req,
          res,
          tasks,
          send: (body, status = 200) => res.writeHead(status).end(body),
          redirect: (location) => res.writeHead(302, { location }).end(),
          stream: (body) => body.on('error', (error) => res.destroy(error)).pipe(res),
          file: (path) => createReadStream(path).pipe(res),
          notFound: () => res.writeHead(404).end(),
          takeOver() {},
        })
      } catch {
        res.writeHead(500).end()
      }
    })
    return listen(server, kind === 'ours' ? runner : undefined)
  },
})
