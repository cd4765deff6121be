import { createRequire } from 'node:module'

/** How a thread of this process loads a TypeScript file. */
export type Loading =
  | { readonly by: 'itself' }
  | { readonly by: 'tsx'; readonly from: string }
  | { readonly by: 'nothing' }

// Since Node.js 22.18; the types are those of 20.
const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript)

const isTypeScript = /\.[cm]?tsx?$/
const isStripped = /\.[cm]?ts$/

/** Of a file by its path. */
export function loadingOf(file: string): Loading {
  if (!isTypeScript.test(file) || inheritsLoader()) return { by: 'itself' }
  // Before Node's own: it does not find './other.js' where there is only other.ts.
  const from = whereTsxIs(file)
  if (from) return { by: 'tsx', from }
  if (stripsTypes && isStripped.test(file)) return { by: 'itself' }
  return { by: 'nothing' }
}

/** Threads are started with the options of the process. */
function inheritsLoader(): boolean {
  const options = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')
  return /(^|[\s=/\\])(tsx|ts-node|@swc-node|jiti)([\s/\\]|$)/.test(options)
}

function whereTsxIs(file: string): string | undefined {
  for (const from of [file, `${process.cwd()}/`]) {
    try {
      createRequire(from).resolve('tsx/cjs/api')
      return from
    } catch {}
  }
  return undefined
}
