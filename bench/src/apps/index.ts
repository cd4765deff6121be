import type { BuildApp } from '../variants.js'
import { expressApp } from './express.js'
import { fastifyApp } from './fastify.js'
import { honoApp } from './hono.js'
import { koaApp } from './koa.js'
import { nodeHttpApp } from './node-http.js'

export const apps: Record<string, BuildApp> = {
  Koa: koaApp,
  Fastify: fastifyApp,
  Express: expressApp,
  Hono: honoApp,
  'node:http': nodeHttpApp,
}
