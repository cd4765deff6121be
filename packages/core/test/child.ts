import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll } from 'vitest'

interface ChildResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export type RunChild = (
  source: string,
  env?: Record<string, string>,
  file?: string,
) => Promise<ChildResult>

/**
 * Lets the tests of a file run scripts in a process of their own, where `@backgrounder/core` is
 * what stands in `src`: bundled once into a temporary folder, which is the working folder of each.
 */
export function childProcesses(): RunChild {
  let folder: string

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'backgrounder-')))
    await bundle(path.join(folder, 'node_modules', '@backgrounder', 'core'))
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  return async function runChild(source, env = {}, file = 'main.js') {
    const script = path.join(folder, file)
    await mkdir(path.dirname(script), { recursive: true })
    await writeFile(script, source)
    return new Promise<ChildResult>((resolve) => {
      const options = { cwd: folder, env: { ...environment, ...env }, timeout: 50_000 }
      const child = execFile(process.execPath, [script], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      )
    })
  }
}

// What the test runner sets for itself, or a developer for his terminal, is not for the child.
const environment = {
  ...process.env,
  NODE_ENV: undefined,
  NODE_OPTIONS: undefined,
  NODE_DEBUG: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: undefined,
}

// Vite comes with vitest, and is found from there.
async function bundle(outDir: string): Promise<void> {
  const vitest = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'))
  const { build } = (await import(pathToFileURL(vitest.resolve('vite')).href)) as Vite
  await build({
    configFile: false,
    logLevel: 'silent',
    root: path.join(import.meta.dirname, '..'),
    build: {
      ssr: 'src/index.ts',
      target: 'node20',
      minify: false,
      outDir,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'index.js' } },
    },
  })
}

interface Vite {
  build(options: object): Promise<unknown>
}
