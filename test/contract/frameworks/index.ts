import type { Framework, Kind } from '../framework.js'
import { expressFrameworks } from './express.js'
import { fastifyFrameworks } from './fastify.js'
import { honoFrameworks } from './hono.js'
import { koaFrameworks } from './koa.js'
import { nodeFrameworks } from './node.js'

/** The columns of the matrix. */
export const frameworks: ((kind: Kind) => Framework)[] = [
  ...nodeFrameworks,
  ...expressFrameworks,
  ...koaFrameworks,
  ...fastifyFrameworks,
  ...honoFrameworks,
]
