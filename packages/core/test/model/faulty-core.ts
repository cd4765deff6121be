import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Core } from './core.js'

/** One place of a source file, and what stands there instead. */
export interface Edit {
  /** In `src`, without its ending. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

const root = path.join(import.meta.dirname, '..', '..')

/**
 * Core with edits in its sources: bundled into a temporary folder, and loaded from there.
 *
 * @throws Error when an edit does not find its place, or finds two.
 */
export async function faultyCore(edits: readonly Edit[]): Promise<Core> {
  const found = new Set<Edit>()
  const plugin = {
    name: 'faults',
    enforce: 'pre',
    transform(code: string, id: string) {
      const file = path.relative(path.join(root, 'src'), id)
      const own = edits.filter((edit) => `${edit.file}.ts` === file)
      for (const edit of own) found.add(edit)
      return own.reduce(apply, code)
    },
  }
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'backgrounder-fault-')))
  try {
    const [output] = (await bundle(plugin)).output
    const lost = edits.find((edit) => !found.has(edit))
    if (lost) throw new Error(`There is no src/${lost.file}.ts any more`)
    const bundled = path.join(folder, 'index.cjs')
    await writeFile(bundled, output.code)
    return createRequire(bundled)(bundled)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function apply(code: string, { file, find, replace }: Edit): string {
  const parts = code.split(find)
  if (parts.length === 2) return parts.join(replace)
  throw new Error(`Expected once in src/${file}.ts, found ${parts.length - 1} times:\n${find}`)
}

// Vite comes with vitest, and is found from there.
async function bundle(plugin: object): Promise<{ output: [{ code: string }] }> {
  const vitest = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'))
  const { build } = await import(pathToFileURL(vitest.resolve('vite')).href)
  return build({
    configFile: false,
    logLevel: 'silent',
    root,
    plugins: [plugin],
    build: {
      ssr: 'src/index.ts',
      target: 'node20',
      minify: false,
      write: false,
      rollupOptions: { output: { format: 'cjs' } },
    },
  })
}
