// npm run bench:threads: what other requests feel of a task that blocks, inline and in a thread, and the
// CPU time of a task in a thread over piscina used directly. With --write the table goes into
// docs/performance.md too.
import { machine } from '../machine.js'
import { writeTable } from '../page.js'
import { markdown } from '../table.js'
import { otherRequests, taskCpu } from './figures.js'

const table = `${machine()}\n\n${markdown([...(await otherRequests()), ...(await taskCpu())])}`
console.log(table)
if (process.argv.includes('--write')) writeTable('bench:threads', table)
