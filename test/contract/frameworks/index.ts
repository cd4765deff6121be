import type { Framework, Kind } from '../framework.js'
import { express5 } from './express.js'
import { fastify5 } from './fastify.js'
import { koa3 } from './koa.js'
import { nodeHttp } from './node-http.js'

export const frameworks: ((kind: Kind) => Framework)[] = [nodeHttp, express5, koa3, fastify5]
