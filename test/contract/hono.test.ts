import { honoFrameworks } from './frameworks/hono.js'
import { runMatrix } from './matrix.js'

runMatrix(honoFrameworks)
