import { statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { show, typeOf } from '@backgrounder/core/elsewhere'
import { type Loading, loadingOf } from './typescript.js'

/** A file that a thread can load. */
export interface ModuleFile {
  readonly url: string
  readonly path: string
  readonly loading: Loading
}

/**
 * Finds the file, or in development the TypeScript source that it will be built from.
 *
 * @throws TypeError when it is none, or no thread of this process could load it.
 */
export function moduleFile(given: URL | string): ModuleFile {
  const url = toURL(given)
  const file = fileURLToPath(url)
  const found = isFile(file) ? file : sourceOf(file)
  if (!found) throw new TypeError(`Expected a file at ${file}: there is none`)
  const loading = loadingOf(found)
  if (loading.by === 'nothing') throw notLoadable(file, found)
  return { url: found === file ? url.href : pathToFileURL(found).href, path: found, loading }
}

function toURL(given: URL | string): URL {
  if (typeof given === 'string' && path.isAbsolute(given)) return pathToFileURL(given)
  const url = typeof given === 'string' && !given.startsWith('file:') ? undefined : parse(given)
  if (url?.protocol === 'file:') return url
  throw new TypeError(
    `Expected the file to be a file: URL or an absolute path, got \`${show(given)}\` (${typeOf(given)}). ` +
      "Pass new URL('./thumbnail.js', import.meta.url), or path.join(__dirname, 'thumbnail.js')",
  )
}

function parse(given: URL | string): URL | undefined {
  try {
    return new URL(given)
  } catch {
    return undefined
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false
}

function sourceOf(file: string): string | undefined {
  const [, stem, kind] = /^(.*)\.([cm]?)js$/.exec(file) ?? []
  if (stem === undefined) return undefined
  return [`${stem}.${kind}ts`, `${stem}.tsx`].find(isFile)
}

function notLoadable(file: string, found: string): TypeError {
  const what = found === file ? `${found} is` : `There is no ${file}, and ${found} is`
  return new TypeError(
    `${what} TypeScript, which this process cannot load: build it, install tsx, start the process ` +
      'with `node --import tsx`, or use Node.js 22.18 or later',
  )
}
