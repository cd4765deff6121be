import { koaFrameworks } from './frameworks/koa.js'
import { runMatrix } from './matrix.js'

runMatrix(koaFrameworks)
