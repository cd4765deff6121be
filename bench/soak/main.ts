import { readOptions } from './options.js'
import { soak, WARM_UP } from './soak.js'
import { drawRow, tableHead } from './table.js'
import { findFaults } from './verdict.js'

const allIsWell = `
requests  sent over real sockets         answered  received whole: the clients left the others
accepted  tasks that addTask has taken   settled   whose functions ran to their end
Nothing was lost, nothing ran twice, and the runner's own counts say the same.`

async function main(): Promise<void> {
  const { frameworks, requests, seed } = readOptions(process.argv.slice(2))
  const faults: string[] = []
  const [warmUp, most] = [WARM_UP, requests].map((count) => count.toLocaleString('en'))
  console.log(`Node ${process.versions.node}, seed ${seed}: ${warmUp} requests, then ${most} more`)
  console.log(tableHead)
  for (const framework of frameworks) {
    const result = await soak(framework, requests, seed)
    console.log(drawRow(result))
    faults.push(...findFaults(result).map((fault) => `${framework}: ${fault}`))
  }
  console.log(faults.length === 0 ? allIsWell : faults.join('\n'))
  process.exitCode = faults.length === 0 ? 0 : 1
}

void main()
