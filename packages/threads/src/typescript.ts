import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** How a thread of this process loads a file. */
export type Loading =
  | { readonly by: 'itself' }
  /** With tsx, which is found from there. */
  | { readonly by: 'tsx'; readonly from: string }
  | { readonly by: 'nothing' }

// Since Node.js 22.18; the types are those of 20.
const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript)

const isTypeScript = /\.[cm]?tsx?$/
const isStripped = /\.[cm]?ts$/

/** Of a file by its path. */
export function loadingOf(file: string): Loading {
  if (!isTypeScript.test(file)) return { by: 'itself' }
  // Before Node's own: that does not find './other.js' where there is only other.ts.
  const from = whereTsxIs(file)
  if (from) return { by: 'tsx', from }
  const isLoaded = inheritsLoader() || (stripsTypes && isStripped.test(file))
  return { by: isLoaded ? 'itself' : 'nothing' }
}

/** With what the process was started: threads are started so too. */
function optionsOfNode(): string[] {
  return [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')]
}

// What `--import tsx` has done to the process is not done to a thread on Node.js 20: it registers again.
function whereTsxIs(file: string): string | undefined {
  const started = optionsOfNode().flatMap((option) => {
    const place = option.slice(option.indexOf('=') + 1)
    if (!/[/\\]tsx[/\\]/.test(place)) return []
    return [place.startsWith('file:') ? fileURLToPath(place) : place]
  })
  return [file, path.join(process.cwd(), 'main.js'), ...started].find((from) => {
    try {
      return createRequire(from).resolve('tsx/package.json')
    } catch {
      return false
    }
  })
}

/** Of those that `--require` puts into each thread too. */
function inheritsLoader(): boolean {
  return /(^|[\s=/\\])(ts-node|@swc-node|esbuild-register|jiti)([\s/\\]|$)/.test(
    optionsOfNode().join(' '),
  )
}

/** In a thread: for all that is loaded from now on. */
export async function registerTsx(from: string): Promise<void> {
  const require = createRequire(from)
  require('tsx/cjs/api').register()
  const { exports } = require('tsx/package.json')
  const api = require.resolve('tsx/package.json').replace(/package\.json$/, '')
  const { register } = await import(
    pathToFileURL(path.join(api, exports['./esm/api'].import.default)).href
  )
  register()
}
