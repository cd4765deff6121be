import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile, compilers, type Version } from './compiler.js'
import { readDiagnostics, readMarkers } from './markers.js'

const projects = [
  'core',
  'express',
  'koa',
  'fastify',
  'express-own-tasks',
  'koa-own-tasks',
  'fastify-own-tasks',
]
const versions = Object.keys(compilers) as Version[]

describe.each(versions)('TypeScript %s', (version) => {
  describe.each(projects)('compiles the project %s', (name) => {
    const project = join(import.meta.dirname, 'fixtures', name)

    test.concurrent.each([
      ['strict', []],
      ['strict with exactOptionalPropertyTypes', ['--exactOptionalPropertyTypes']],
    ])('%s: with one error at each wrong argument, and no other', async (_mode, options) => {
      const diagnostics = await compile(version, project, ...options)
      expect(readDiagnostics(project, diagnostics)).toEqual(await readMarkers(version, project))
    })
  })
})
