// npm start --prefix examples/fastify-thumbnails
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { threaded } from '@backgrounder/threads'
import { buildApp } from './app.js'

async function start(): Promise<void> {
  const { PORT = 3000, FOLDER = await mkdtemp(path.join(tmpdir(), 'thumbnails-')) } = process.env
  const app = await buildApp({ folder: FOLDER })
  process.once('SIGTERM', () => void app.close()) // waits for the thumbnails
  const url = await app.listen({ port: Number(PORT), host: '127.0.0.1' })

  const sample = path.join(FOLDER, 'sample.jpg')
  await writeFile(sample, await paintSample.func(1_600, 1_200))
  console.log(`curl -i ${url}/images -H content-type:image/jpeg --data-binary @${sample}`)
  console.log(
    `and a moment later: curl ${url}/thumbnails/… -o thumbnail.png, with the location that it answers`,
  )
}

// Outside of a request too: in a thread, and awaited.
const paintSample = threaded<typeof import('./sample.js')>(
  path.join(__dirname, 'sample.js'),
).export('paintSample')

void start()
