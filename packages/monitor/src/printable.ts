// C0 and C1 controls, line separators, the marks that turn the direction of writing, and halves of
// characters.
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/gu

// Nearly all are of these: to find that out takes a third of the time of looking for the others.
const plain = /^[\x20-\x7e]*$/

/** A text that is not ours, on one line of the page: cut, and nothing invisible in it. */
export function printable(text: unknown, most = 200): string {
  const short = cut(text, most)
  return copied(plain.test(short) ? short : short.replace(unprintable, visible))
}

/** The same, of several lines. */
export function printableLines(text: unknown, most: number): string {
  const lines = cut(text, most).replace(/\r\n?/g, '\n')
  const clean = lines.replace(unprintable, (one) => (one === '\n' ? '\n' : visible(one)))
  return copied(clean)
}

/** The text in a memory of its own: what is cut off a string keeps the whole of it. */
export function copied(text: string): string {
  if (text.length < SHORTEST_CUT) return text
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

/** V8 copies what is shorter, when it is cut off. */
const SHORTEST_CUT = 13

function cut(text: unknown, most: number): string {
  if (typeof text !== 'string') return ''
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function visible(character: string): string {
  const code = character.charCodeAt(0)
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
  return character === '\n' ? '\\n' : `\\u${code.toString(16).padStart(4, '0')}`
}
