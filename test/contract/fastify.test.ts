import { fastifyFrameworks } from './frameworks/fastify.js'
import { runMatrix } from './matrix.js'

runMatrix(fastifyFrameworks)
