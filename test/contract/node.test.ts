import { nodeFrameworks } from './frameworks/node.js'
import { runMatrix } from './matrix.js'

runMatrix(nodeFrameworks)
