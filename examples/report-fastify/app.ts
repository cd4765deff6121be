// A report takes longer than a request may: the answer says where it will be.
// npm start --prefix examples/report-fastify
import { randomUUID } from 'node:crypto'
import { createReadStream, promises as fs } from 'node:fs'
import path from 'node:path'
import { background, backgroundTasks, currentTask, type TaskRun } from '@backgrounder/fastify'
import createFastify, { type FastifyInstance } from 'fastify'

export interface Settings {
  /** The rows of the report. What it waits for it gives up when the signal is aborted. */
  readRows(signal: AbortSignal | undefined): AsyncIterable<string>
  readonly folder: string
  /** How long an attempt may take, in ms. */
  readonly timeout: number
}

export async function buildApp({ readRows, folder, timeout }: Settings): Promise<FastifyInstance> {
  const app = createFastify()
  await app.register(backgroundTasks) // app.close() waits for the reports

  const fileOf = (id: string) => path.join(folder, `${id}.csv`)
  // A database in a real app: this one is forgotten at a restart.
  const reports = new Map<string, TaskRun>()

  async function write(id: string): Promise<void> {
    const signal = currentTask()?.signal
    await fs.writeFile(fileOf(id), readRows(signal), { signal })
  }
  const writeReport = background(write, {
    name: 'write-report',
    timeout,
    retries: { attempts: 3, delay: 50 },
  })

  app.post('/reports', async (request, reply) => {
    const id = randomUUID()
    reports.set(id, request.tasks.addTask(writeReport, id))
    return reply.code(202).header('location', `/reports/${id}`).send()
  })

  app.get<{ Params: { id: string } }>('/reports/:id', async (request, reply) => {
    const { id } = request.params
    const run = reports.get(id)
    if (!run) return reply.callNotFound()
    const { state, attempt } = run
    if (state === 'succeeded') return reply.type('text/csv').send(createReadStream(fileOf(id)))
    const isOver = state === 'failed' || state === 'timedOut' || state === 'abandoned'
    return reply.code(isOver ? 500 : 202).send({ state, attempt })
  })
  return app
}
