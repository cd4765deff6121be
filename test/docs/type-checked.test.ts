import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { makeFolder, typeCheck } from './compile.js'
import { readExamples } from './examples.js'
import { type Block, readPages, root } from './pages.js'

// Every TypeScript block of a page, and every @example of the packages, compiles as a module of its
// own, under the flags of the packages. An example has no imports of ours: those that it needs are
// exported by the module of its package in the folder `prelude`.

const pages = readPages().flatMap(({ blocks }) => blocks)
const examples = readExamples()
let folder: string

beforeAll(async () => {
  folder = await makeFolder()
  return () => rm(folder, { recursive: true })
})

it('every block compiles', async () => {
  const blocks = [...pages.filter(({ isChecked }) => isChecked), ...(await withPreludes(examples))]
  expect(blocks.length).toBeGreaterThan(20)
  // What extends a module's types does so in all of a program. Those that do agree with each other.
  const extend = ({ code }: Block) => /^declare (module|global)/m.test(code)
  const onHono = ({ code }: Block) => /from 'hono'/.test(code)
  const others = blocks.filter((block) => !extend(block) && !onHono(block))
  const errors = await Promise.all([
    typeCheck(folder, 'blocks', others),
    typeCheck(folder, 'extending', blocks.filter(extend)),
    // Hono's own declarations name some that only a browser has.
    typeCheck(folder, 'hono', blocks.filter(onHono), { skipLibCheck: true }),
  ])
  expect(errors.flat()).toEqual([])
}, 120_000)

it('a wrong block is an error, with its page and its line', async () => {
  const code = "import { Task } from '@backgrounder/core'\n\nnew Task(Math.abs, 'one')"
  const block = { ...(pages[0] as Block), page: 'docs/wrong.md', line: 7, code }
  const [error, ...others] = await typeCheck(folder, 'wrong', [block])
  expect(error).toMatch(/^docs\/wrong\.md:10: error TS2345: /)
  expect(others).toEqual([])
}, 120_000)

it('every package has examples', () => {
  const packages = examples.map(({ page }) => page.split('/')[1] as string)
  expect([...new Set(packages)].sort()).toEqual(readdirSync(path.join(root, 'packages')).sort())
})

/** The examples, each with an import of what it uses and does not make. */
async function withPreludes(blocks: readonly Block[]): Promise<(Block & { before: string })[]> {
  const preludes = new Map<string, string[]>()
  for (const file of readdirSync(path.join(import.meta.dirname, 'prelude'))) {
    const names = Object.keys(await import(path.join(import.meta.dirname, 'prelude', file)))
    preludes.set(path.basename(file, '.ts'), names)
  }
  return blocks.map((block) => {
    const name = block.page.split('/')[1] as string
    const used = (preludes.get(name) ?? []).filter((word) => {
      const isUsed = new RegExp(`(?<![.\\w'])${word}\\b`).test(block.code)
      return isUsed && !new RegExp(`(const|let|function|class) ${word}\\b`).test(block.code)
    })
    // `void`: a parameter may have the name too, and then the import is not used.
    const before = `import { ${used} } from '../prelude/${name}.js'; void [${used}];`
    return { ...block, before }
  })
}
