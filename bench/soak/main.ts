import { readOptions } from './options.js'
import { soak } from './soak.js'
import { drawHead, drawRow } from './table.js'
import { findFaults } from './verdict.js'

async function main(): Promise<void> {
  const { frameworks, requests, seed } = readOptions(process.argv.slice(2))
  const faults: string[] = []
  console.log(
    `Node ${process.versions.node}, ${requests.toLocaleString('en')} requests, seed ${seed}`,
  )
  console.log(drawHead())
  for (const framework of frameworks) {
    const result = await soak(framework, requests, seed)
    console.log(drawRow(result))
    faults.push(...findFaults(result).map((fault) => `${framework}: ${fault}`))
  }
  console.log(faults.length === 0 ? 'Nothing was lost.' : faults.join('\n'))
  process.exitCode = faults.length === 0 ? 0 : 1
}

void main()
