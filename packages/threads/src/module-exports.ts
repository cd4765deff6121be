import { readFileSync } from 'node:fs'
import { initSync, parse as parseCommonJS } from 'cjs-module-lexer'
import { parse } from 'es-module-lexer'

/**
 * Which values a module exports, as far as that can be known without running it; undefined where it
 * cannot.
 */
export function exportsOf(file: string): string[] | undefined {
  const source = readFileSync(file, 'utf8')
  try {
    const [, exports, , isModule] = parse(source)
    if (!isModule) return isTypeScript.test(file) ? undefined : exportsOfCommonJS(source)
    // Of another module, and maybe that of another.
    if (exports.some((one) => one.type === 'reexport-all' && !one.typeOnly)) return undefined
    // TypeScript's own form of CommonJS.
    if (isTypeScript.test(file) && /^\s*export\s*=/m.test(source)) return undefined
    return exports.flatMap((one) => (one.type === 'reexport-all' || one.typeOnly ? [] : [one.name]))
  } catch {
    return undefined // the thread will say what is wrong with it
  }
}

const isTypeScript = /\.[cm]?tsx?$/

function exportsOfCommonJS(source: string): string[] | undefined {
  initSync()
  const { exports, reexports } = parseCommonJS(source)
  if (reexports.length > 0 || otherExports.test(source.replace(plainExports, ''))) return undefined
  return exports
}

// The forms in which a name that is exported stands there as it is. Anything else that is done with
// `exports` may export anything.
const plainExports =
  /\b(module\.)?exports\.[\w$]+|\bmodule\.exports\s*=\s*\{[\w$\s,]*\}|Object\.defineProperty\(exports,\s*"[\w$]+"/g
const otherExports = /\b(exports|module)\b/
