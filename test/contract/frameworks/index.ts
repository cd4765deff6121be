import type { Framework, Kind } from '../framework.js'
import { expressFrameworks } from './express.js'
import { fastifyFrameworks } from './fastify.js'
import { koaFrameworks } from './koa.js'
import { nodeHttp } from './node-http.js'

export const frameworks: ((kind: Kind) => Framework)[] = [
  nodeHttp,
  ...expressFrameworks,
  ...koaFrameworks,
  ...fastifyFrameworks,
]
