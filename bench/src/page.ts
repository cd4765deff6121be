import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../docs/performance.md', import.meta.url)

/** Puts the table of a script of package.json between its two marks in docs/performance.md. */
export function writeTable(script: string, table: string): void {
  const mark = `<!-- npm run ${script} -- --write -->`
  const parts = readFileSync(page, 'utf8').split(mark)
  if (parts.length !== 3) throw new Error(`Expected docs/performance.md to have ${mark} twice`)
  writeFileSync(page, [parts[0], `\n\n${table}\n\n`, parts[2]].join(mark))
}
