import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile, compilers, type Version } from './compiler.js'
import { modes, readDiagnostics, readMarkers } from './markers.js'

const projects = [
  'core',
  'express',
  'koa',
  'fastify',
  'hono',
  'threads',
  'express-own-tasks',
  'koa-own-tasks',
  'fastify-own-tasks',
  'hono-own-tasks',
]
/** Hono's own declarations do not compile before TypeScript 5.7; that ours do is seen on the others. */
const skipsLibraries = (version: Version, project: string) =>
  version === '5.4' && project.startsWith('hono')

const versions = Object.keys(compilers) as Version[]

describe.each(versions)('TypeScript %s', (version) => {
  describe.each(projects)('compiles the project %s', (name) => {
    const project = join(import.meta.dirname, 'fixtures', name)

    test.concurrent.each([
      ['not exact', 'inexact'],
      ['exact', 'exact'],
    ] as const)(
      'with one error at each wrong argument: optional properties %s',
      async (_, mode) => {
        const skip = skipsLibraries(version, name) ? ['--skipLibCheck'] : []
        const options = [...modes[mode], ...skip]
        const printed = readDiagnostics(project, await compile(version, project, ...options))
        expect(printed).toEqual(await readMarkers(version, mode, project))
      },
    )
  })
})
