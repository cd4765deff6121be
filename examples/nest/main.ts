// A Nest app that works after its answer, on the platform that is named.
// npm start --prefix examples/nest; or npm start --prefix examples/nest -- fastify
import 'reflect-metadata'
import { createExpressApp } from './express.js'
import { createFastifyApp } from './fastify.js'

const create = process.argv[2] === 'fastify' ? createFastifyApp : createExpressApp
const app = await create()
app.enableShutdownHooks([], { useProcessExit: true }) // on SIGTERM and the like: app.close()
await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
const { port } = new URL(await app.getUrl())
console.log(`curl -i localhost:${port}/signup --json '{ "email": "ada@example.com" }'`)
