import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { threaded } from '@backgrounder/threads'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(path.join(tmpdir(), 'backgrounder-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

/** A module of this source. */
function moduleOf(extension: string, source: string): string {
  count += 1
  const file = path.join(folder, `module-${count}.${extension}`)
  writeFileSync(file, source)
  return file
}

describe('an export that is certainly not there', () => {
  it.each([
    ['mjs', 'export function a() {}\nexport { a as b }\nconst c = 1', 'a, b'],
    ['mjs', 'const nothing = 1; export {}', 'nothing'],
    ['cjs', 'exports.a = () => {}\nmodule.exports.b = exports.a', 'a, b'],
    ['cjs', 'function a() {}\nmodule.exports = { a }', 'a'],
    [
      'cjs',
      '"use strict"; Object.defineProperty(exports, "__esModule", { value: true })\nexports.a = a; function a() {}',
      '__esModule, a',
    ],
    ['ts', 'export function a(b: number): string { return "" }\nexport type missing = string', 'a'],
  ])('is an error of the definition: %s %s', (extension, source, names) => {
    const file = moduleOf(extension, source)
    expect(() => threaded(file).export('missing')).toThrow(
      new TypeError(`Expected ${file} to export \`missing\`: it exports ${names}`),
    )
  })
})

describe('an export that may be there', () => {
  it.each([
    ['mjs', "export * from './module-0.mjs'"],
    ['cjs', "module.exports = require('./module-0.cjs')"],
    ['cjs', "for (const name of ['b']) exports[name] = () => {}"],
    ['cjs', 'Object.assign(exports, { b() {} })'],
    ['cjs', 'module.exports = { ...other }'],
  ])('is no error of the definition: %s %s', (extension, source) => {
    expect(() => threaded(moduleOf(extension, source)).export('missing')).not.toThrow()
  })

  it('is one of the thread, with what there is', async () => {
    const file = moduleOf('cjs', "for (const name of ['b', 'c']) exports[name] = () => name")
    expect(await threaded(file).export('c').func()).toBe('c')
    await expect(threaded(file).export('missing').func()).rejects.toThrow(
      /^Expected file:.* to export a function missing: it exports .*b, c/,
    )
  })

  it('is one of the thread too where it is no function', async () => {
    const file = moduleOf('mjs', 'export const a = 1')
    await expect(threaded(file).export('a').func()).rejects.toThrow(
      /to export a function a: it exports a$/,
    )
  })

  it('is one where the module cannot be loaded', async () => {
    const file = moduleOf('mjs', "import 'nowhere'\nexport function a() {}")
    await expect(threaded(file).export('a').func()).rejects.toMatchObject({
      code: 'ERR_MODULE_NOT_FOUND',
    })
  })
})
