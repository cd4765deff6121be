import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Block, root } from './pages.js'

/** Makes a folder for the blocks of a test file, from where the packages are found. */
export function makeFolder(): Promise<string> {
  return mkdtemp(path.join(import.meta.dirname, '.blocks-'))
}

/** The name of the module that is made of a block. */
export function moduleName({ page, line }: Block): string {
  return `${page.replace(/\.(md|ts)$/, '').replaceAll('/', '-')}-${line}`
}

/** Writes a block as a module, in which each line has the number that it has on its page. */
export async function writeModule(folder: string, block: Block, before = ''): Promise<string> {
  const file = path.join(folder, `${moduleName(block)}.mts`)
  // `export {}`: a block without an import is a module too.
  const { own } = block
  // Others on its page load it by that name.
  if (own) await writeFile(path.join(folder, own), block.code)
  await writeFile(file, `${before}${'\n'.repeat(block.line)}${block.code}\nexport {}\n`)
  return file
}

/** Type-checks blocks, and gives back the errors, each with the page and the line. */
export async function typeCheck(
  folder: string,
  name: string,
  blocks: readonly (Block & { readonly before?: string })[],
  { skipLibCheck = false } = {},
): Promise<string[]> {
  const files: string[] = []
  for (const block of blocks) files.push(await writeModule(folder, block, block.before))
  const project = path.join(folder, `tsconfig.${name}.json`)
  const compilerOptions = {
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    noEmit: true,
    skipLibCheck,
  }
  const base = path.join(root, 'tsconfig.base.json')
  await writeFile(project, JSON.stringify({ extends: base, compilerOptions, files }))
  const printed = await runCompiler('-p', project, '--pretty', 'false')
  const pages = new Map(blocks.map((block) => [moduleName(block), block.page]))
  const lines = printed.split('\n').filter((line) => line !== '')
  return lines.map((line) =>
    line.replace(/^.*?([^/\\]+)\.mts\((\d+),\d+\)/, (all, module, at) => {
      const page = pages.get(module)
      return page ? `${page}:${at}` : all
    }),
  )
}

const compiler = path.join(root, 'node_modules/typescript')
const { bin } = JSON.parse(readFileSync(path.join(compiler, 'package.json'), 'utf8'))

function runCompiler(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const command = [path.join(compiler, bin.tsc), ...args]
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) => {
      // 1 and 2: there were errors in the project.
      const { code } = error ?? { code: 0 }
      if (stderr === '' && (code === 0 || code === 1 || code === 2)) resolve(stdout)
      else reject(new Error(`tsc failed: ${stderr}\n${stdout}`, { cause: error }))
    })
  })
}
