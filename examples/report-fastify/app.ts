import { randomUUID } from 'node:crypto'
import { createReadStream, promises as fs } from 'node:fs'
import path from 'node:path'
import { backgroundTasks } from '@backgrounder/fastify'
import createFastify, { type FastifyInstance } from 'fastify'

type ReadRows = () => AsyncIterable<string>

/** An export takes longer than a request may: the answer says where it will be. */
export async function buildApp(readRows: ReadRows, folder: string): Promise<FastifyInstance> {
  const app = createFastify()
  const files = new Map<string, string>()
  await app.register(backgroundTasks) // app.close() waits for the exports

  app.post('/exports', async (request, reply) => {
    const id = randomUUID()
    const file = path.join(folder, `${id}.csv`)
    request.tasks.addTask(async function writeExport() {
      await fs.writeFile(file, readRows())
      files.set(id, file)
    })
    return reply.code(202).header('location', `/exports/${id}`).send()
  })

  app.get<{ Params: { id: string } }>('/exports/:id', async (request, reply) => {
    const file = files.get(request.params.id)
    return file ? reply.type('text/csv').send(createReadStream(file)) : reply.callNotFound()
  })
  return app
}
