import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { threaded } from '@backgrounder/threads'
import { afterAll, describe, expect, it } from 'vitest'

const source = new URL('./fixtures/picture.ts', import.meta.url)
const built = new URL('./fixtures/picture.js', import.meta.url)
const root = path.join(import.meta.dirname, '../../..')

describe('a TypeScript source', () => {
  it('is loaded in development where tsx is at hand: here, in a test', async () => {
    const resize = threaded<typeof import('./fixtures/picture.js')>(source).export('resize')
    expect(await resize.func({ width: 3 })).toBe('3 small resize')
  })

  it('takes the place of the file that is not built yet', async () => {
    const resize = threaded<typeof import('./fixtures/picture.js')>(built).export('resize')
    expect(await resize.func({ width: 500 })).toBe('500 large resize')
  })
})

// A project without tsx, outside of this one.
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'backgrounder-')))
afterAll(() => rmSync(folder, { recursive: true }))
mkdirSync(path.join(folder, 'node_modules'))
symlinkSync(
  path.join(root, 'node_modules/@backgrounder'),
  path.join(folder, 'node_modules/@backgrounder'),
)
writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
writeFileSync(path.join(folder, 'plain.ts'), 'export const twice = (n: number): number => n * 2\n')
writeFileSync(
  path.join(folder, 'main.mjs'),
  `import { threaded } from '@backgrounder/threads'
try {
  const twice = threaded(new URL('./plain.js', import.meta.url)).export('twice')
  console.log(await twice.func(21))
} catch (error) {
  console.log(error.message)
}
`,
)

function run(...options: string[]): Promise<string> {
  // NODE_PATH is where pnpm's scripts find the packages of this project, and maybe tsx.
  const env = { ...process.env, NODE_OPTIONS: undefined, NODE_PATH: undefined }
  return new Promise((resolve) => {
    execFile(process.execPath, [...options, 'main.mjs'], { cwd: folder, env }, (_error, stdout) =>
      resolve(stdout.trim()),
    )
  })
}

const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript)

describe('a process without tsx', () => {
  it.skipIf(stripsTypes)('that cannot load it says what to do', async () => {
    const [js, ts] = ['plain.js', 'plain.ts'].map((name) => path.join(folder, name))
    expect(await run()).toBe(
      `There is no ${js}, and ${ts} is TypeScript, which this process cannot load: build it, install ` +
        'tsx, start the process with `node --import tsx`, or use Node.js 22.18 or later',
    )
  })

  it.runIf(stripsTypes)('loads it where Node.js does', async () => {
    expect(await run()).toBe('42')
  })

  it('loads it with the options of the process, such as --import tsx', async () => {
    const tsx = import.meta.resolve('tsx')
    expect(await run('--import', tsx)).toBe('42')
  })

  it('prefers what was built', async () => {
    cpSync(path.join(folder, 'plain.ts'), path.join(folder, 'plain.js'))
    writeFileSync(path.join(folder, 'plain.js'), 'export const twice = () => "built"\n')
    expect(await run()).toBe('built')
  })
})
