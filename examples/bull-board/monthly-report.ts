import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Background, background } from '@backgrounder/express'

/** The job that sums the sales of a month in a folder. When it runs twice, it writes the same twice. */
export function monthlyReport(folder: string): Background<[month: string]> {
  return background(
    async function writeReport(month: string) {
      // A month whose sales have not come is an error: after two attempts it is a dead letter.
      const sales = await readFile(path.join(folder, `${month}.csv`), 'utf8')
      const amounts = sales
        .trim()
        .split('\n')
        .map((line) => Number(line.split(',')[1]))
      const total = amounts.reduce((sum, amount) => sum + amount, 0)
      await writeFile(path.join(folder, `${month}.total.txt`), `${total.toFixed(2)}\n`)
    },
    { name: 'monthly-report', timeout: 60_000, retries: { attempts: 2, delay: 500 } },
  )
}
