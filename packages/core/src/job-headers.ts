import { publishEnqueue } from './channels.js'
import { expected } from './expected.js'
import { checkText } from './json-safe.js'
import { warnHeaders } from './warnings.js'

/** The headers of one job: names and values together, in UTF-8. They are stored with each job. */
const MOST_BYTES = 8_192

type Headers = Readonly<Record<string, string>>

/**
 * Tells observers that a job is made, and gives back the headers that they have added; undefined
 * where there are none. Whoever only looks must not be able to refuse work: wrong headers are left
 * out, all of them, and a warning says so.
 */
export function headersOf(name: string): Headers | undefined {
  try {
    const headers = publishEnqueue(name)
    return headers === undefined ? undefined : checked(headers)
  } catch (error) {
    warnHeaders(name, error)
    return undefined
  }
}

/** @throws TypeError for what is no text, or that a store would not take, and for too much. */
function checked(headers: Headers): Headers | undefined {
  if (typeof headers !== 'object' || headers === null)
    throw expected('headers', 'an object', headers)
  const entries = Object.entries(headers)
  if (entries.length === 0) return undefined
  let bytes = 0
  for (const [key, value] of entries) {
    const what = `headers[${JSON.stringify(key)}]`
    if (typeof value !== 'string') throw expected(what, 'a string', value)
    checkText(key, `The name of ${what}`)
    checkText(value, what)
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > MOST_BYTES) {
    throw new TypeError(`Expected them to be ${MOST_BYTES} bytes at most, got ${bytes}`)
  }
  // A copy: what its subscriber changes later is not what was stored.
  return Object.freeze(Object.fromEntries(entries))
}
