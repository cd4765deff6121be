import { publishEnqueue } from './channels.js'
import { expected } from './expected.js'
import { checkText } from './json-safe.js'

/** The headers of one job: names and values together, in UTF-8. They are stored with each job. */
const MOST_BYTES = 8_192

/**
 * Tells observers that a job is made, and gives back the headers that they have added; undefined
 * where there are none.
 *
 * @throws TypeError for a value that is no text, or that a store would not take, and for too much.
 */
export function headersOf(name: string): Readonly<Record<string, string>> | undefined {
  const headers = publishEnqueue(name)
  if (!headers) return undefined
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
    throw new TypeError(
      `Expected the headers of ${name} to be ${MOST_BYTES} bytes at most, got ${bytes}: ` +
        'what is large belongs into the arguments',
    )
  }
  // A copy: what its subscriber changes later is not what was stored.
  return Object.freeze(Object.fromEntries(entries))
}
