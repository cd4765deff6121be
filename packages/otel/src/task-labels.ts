const ANONYMOUS = '(anonymous)'

/** Without the request, which core adds to the name of a task that has none. */
export function nameOf({ name }: { readonly name: string }): string {
  return name.startsWith(ANONYMOUS) ? ANONYMOUS : name
}

/** The values of an attribute of metrics: so many, and the rest is one. */
export class Labels {
  readonly #known = new Set<string>()
  readonly #most: number
  readonly #rest: string

  constructor(most: number, rest: string) {
    this.#most = most
    this.#rest = rest
  }

  /** The value itself, while it is one of the first. */
  get(value: string): string {
    if (this.#known.has(value)) return value
    if (this.#known.size >= this.#most) return this.#rest
    this.#known.add(value)
    return value
  }
}
