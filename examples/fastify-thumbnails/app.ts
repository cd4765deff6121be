// A thumbnail is made after the answer, in a thread: what it computes keeps nobody waiting.
// npm start --prefix examples/fastify-thumbnails
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { backgroundTasks, type RunnerOptions, type TaskRun } from '@backgrounder/fastify'
import { move, threaded } from '@backgrounder/threads'
import createFastify, { type FastifyInstance } from 'fastify'

export interface Settings {
  /** Where the thumbnails are written. */
  readonly folder: string
  /** The module that is loaded in threads. A test may give one whose function it holds. */
  readonly module?: string
  readonly onError?: RunnerOptions['onError']
}

export async function buildApp({
  folder,
  module = path.join(__dirname, 'thumbnail.js'),
  onError,
}: Settings): Promise<FastifyInstance> {
  const app = createFastify({ bodyLimit: 10 * 1024 * 1024 })
  // An image is kept in memory until its thumbnail is made: beyond so many the answer is a 503.
  await app.register(backgroundTasks, { maxPending: 50, onError })

  // One that takes longer is ended with its thread.
  const makeThumbnail = threaded<typeof import('./thumbnail.js')>(module).export('makeThumbnail', {
    timeout: 60_000,
  })
  const fileOf = (id: string) => path.join(folder, `${id}.png`)
  // A database in a real app: this one is forgotten at a restart.
  const thumbnails = new Map<string, TaskRun>()

  const images = ['image/jpeg', 'image/png']
  app.addContentTypeParser(images, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body)
  })

  app.post('/images', async (request, reply) => {
    const { body, tasks } = request
    if (!Buffer.isBuffer(body)) {
      return reply.code(415).send({ error: 'Expected a JPEG or a PNG, and its content-type' })
    }
    const id = randomUUID()
    // Moved and not copied: nobody here needs the image any more.
    thumbnails.set(id, tasks.addTask(makeThumbnail, move(body), fileOf(id)))
    return reply.code(202).header('location', `/thumbnails/${id}`).send()
  })

  app.get<{ Params: { id: string } }>('/thumbnails/:id', async (request, reply) => {
    const { id } = request.params
    const run = thumbnails.get(id)
    if (!run) return reply.callNotFound()
    const { state, error } = run
    if (state === 'succeeded') return reply.type('image/png').send(createReadStream(fileOf(id)))
    if (codeOf(error) === 'NOT_AN_IMAGE') {
      return reply.code(422).send({ state, error: 'It cannot be read as a JPEG or a PNG' })
    }
    const isOver = state === 'failed' || state === 'timedOut' || state === 'abandoned'
    return reply.code(isOver ? 500 : 202).send({ state })
  })
  return app
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code
}
