import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { background } from '@backgrounder/express'

/** Sums a month's sales. It may run twice: the second time it writes the same. */
export const monthlyReport = background(
  async function writeReport(month: string) {
    const { SALES = path.join(__dirname, 'sales') } = process.env
    // A month whose sales have not come is an error: after two attempts it is on the board as failed.
    const sales = await readFile(path.join(SALES, `${month}.csv`), 'utf8')
    const amounts = sales
      .trim()
      .split('\n')
      .map((line) => Number(line.split(',')[1]))
    const total = amounts.reduce((sum, amount) => sum + amount, 0)
    await writeFile(path.join(SALES, `${month}.total.txt`), `${total.toFixed(2)}\n`)
  },
  { name: 'monthly-report', timeout: 60_000, retries: { attempts: 2, delay: 500 } },
)
