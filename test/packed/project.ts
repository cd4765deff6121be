import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const execute = promisify(execFile)

export const packages = [
  'core',
  'http',
  'express',
  'koa',
  'fastify',
  'hono',
  'bullmq',
  'threads',
  'otel',
  'monitor',
]

/** Runs a program and gives what it printed; what fails is thrown with all that it printed. */
export async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd, maxBuffer: 2 ** 26 })
    return stdout
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string }
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause })
  }
}

export interface Tarball {
  readonly name: string
  readonly path: string
  readonly files: string[]
  readonly manifest: Manifest
}

interface Manifest {
  readonly version: string
  readonly files: string[]
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

export async function makeFolder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'backgrounder-packed-')))
}

/** Packs a package of the workspace as npm would publish it. */
export async function pack(name: string, folder: string): Promise<Tarball> {
  const pnpm = ['--yes', 'pnpm@10.34.9', 'pack', '--json', '--pack-destination', folder]
  const packed = JSON.parse(await run(join(root, 'packages', name), 'npx', ...pnpm))
  const path = join(folder, basename(packed.filename))
  const listed = await run(folder, 'tar', '-tzf', path)
  const manifest = JSON.parse(await run(folder, 'tar', '-xzOf', path, 'package/package.json'))
  const files = listed.trim().split('\n')
  return { name, path, files: files.map((file) => file.replace('package/', '')), manifest }
}

const frameworks = ['express', 'koa', 'fastify', 'hono', '@hono/node-server']
const types = ['@types/node', '@types/express', '@types/koa']
const stores = ['ioredis', '@electric-sql/pglite']
const telemetry = ['@opentelemetry/api', '@opentelemetry/sdk-node']
const consumed = [...frameworks, ...types, ...stores, ...telemetry, 'jest', 'typescript']

/** A project with the packed packages, the frameworks and nothing of the workspace. */
export async function install(
  folder: string,
  type: 'commonjs' | 'module',
  tarballs: Tarball[],
): Promise<string> {
  const project = join(folder, type)
  await mkdir(project)
  await cp(join(import.meta.dirname, 'project'), project, { recursive: true })
  const own = tarballs.map(({ name, path }) => [`@backgrounder/${name}`, `file:${path}`])
  const manifest = {
    private: true,
    type,
    dependencies: { ...Object.fromEntries(own), ...(await versionsOf(...consumed)) },
    // What one package needs of another is not on the registry.
    overrides: Object.fromEntries(own.map(([name]) => [name, `$${name}`])),
  }
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest, null, 2))
  await run(project, 'npm', 'install', '--no-audit', '--no-fund')
  return project
}

/** The same versions as in the workspace, of what a consumer would install. */
export async function versionsOf(...names: string[]): Promise<Record<string, string>> {
  const read = async (folder: string) =>
    JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')).devDependencies
  const devDependencies = { ...(await read('packages/bullmq')), ...(await read('.')) }
  return Object.fromEntries(names.map((name) => [name, devDependencies[name]]))
}
