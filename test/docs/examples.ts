import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Block, root } from './pages.js'

/** The `@example` blocks of what the packages export, each with the file in which it stands. */
export function readExamples(): Block[] {
  return readdirSync(path.join(root, 'packages')).flatMap((name) =>
    readdirSync(path.join(root, 'packages', name, 'src'))
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => read(path.posix.join('packages', name, 'src', file))),
  )
}

function read(name: string): Block[] {
  const blocks: Block[] = []
  let opened: string[] | undefined
  readFileSync(path.join(root, name), 'utf8')
    .split('\n')
    .forEach((text, index) => {
      const line = /^ *\* ?(.*)$/.exec(text)?.[1]
      if (line === '```ts') opened = []
      else if (line === '```' && opened) {
        const code = opened.join('\n')
        const fence = index - opened.length
        blocks.push({
          page: name,
          line: fence,
          code,
          prints: undefined,
          isChecked: true,
          isRun: false,
        })
        opened = undefined
      } else if (line !== undefined) opened?.push(line)
    })
  return blocks
}
