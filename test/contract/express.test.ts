import { expressFrameworks } from './frameworks/express.js'
import { runMatrix } from './matrix.js'

runMatrix(expressFrameworks)
