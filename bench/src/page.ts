import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../docs/performance.md', import.meta.url)

/** Puts the table of a script of package.json between its two marks in docs/performance.md. */
export function writeTable(script: string, table: string): void {
  const mark = `<!-- npm run ${script} -- --write -->`
  const parts = readFileSync(page, 'utf8').split(mark)
  if (parts.length !== 3) throw new Error(`Expected docs/performance.md to have ${mark} twice`)
  writeFileSync(page, [parts[0], `\n\n${table}\n\n`, parts[2]].join(mark))
}

const mark = '<!-- npm run bench -- --write -->'

/** Puts the tables of `npm run bench` at the end of docs/performance.md, under their mark. */
export function writeParts(parts: readonly string[]): void {
  const [before] = readFileSync(page, 'utf8').split(mark)
  writeFileSync(page, `${before}${mark}\n\n${parts.join('\n\n')}\n`)
}

/** Puts one of them in the place of the table with its title, or after the last one. */
export function writePart(part: string): void {
  const [, after = ''] = readFileSync(page, 'utf8').split(mark)
  const parts = after.trim().split(/\n\n(?=### )/)
  const [title] = part.split('\n')
  const index = parts.findIndex((other) => other.startsWith(`${title}\n`))
  if (index === -1) parts.push(part)
  else parts[index] = part
  writeParts(parts)
}
