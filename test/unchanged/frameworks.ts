import { expressFrameworks } from './express.js'
import { fastifyFrameworks } from './fastify.js'
import type { Framework } from './framework.js'
import { koaFrameworks } from './koa.js'

export const frameworks: Framework[] = [
  ...expressFrameworks,
  ...koaFrameworks,
  ...fastifyFrameworks,
]
