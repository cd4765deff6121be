const ANONYMOUS = '(anonymous)'

/** What no name of a function has, and a text that somebody took for one may have. */
const MOST_CHARACTERS = 200

/** Without the request, which core adds to the name of a task that has none; and of a bounded length. */
export function nameOf({ name }: { readonly name: string }): string {
  if (name.startsWith(ANONYMOUS)) return ANONYMOUS
  if (name.length <= MOST_CHARACTERS) return name
  // Not in the midst of a pair.
  const start = name.slice(0, MOST_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')
  return copyOf(`${start}…`)
}

/** A part of a text keeps all of it alive: this one does not. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

/** The values of an attribute of metrics: so many, and the rest is one. */
export class Labels {
  readonly #known = new Map<string, string>()
  readonly #most: number
  readonly #rest: string

  constructor(most: number, rest: string) {
    this.#most = most
    this.#rest = rest
  }

  /** The value itself, while it is one of the first: of these a copy is kept, by the SDK too. */
  get(value: string): string {
    const known = this.#known.get(value)
    if (known !== undefined) return known
    if (this.#known.size >= this.#most) return this.#rest
    const copy = copyOf(value)
    this.#known.set(copy, copy)
    return copy
  }
}
