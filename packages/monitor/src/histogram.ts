/** So many buckets for each doubling: a quantile is right to a tenth. */
const PER_OCTAVE = 4
/** From 1 ms to an hour; what is longer stands in the last. */
const OCTAVES = 22

/** Durations, counted in buckets that grow with them: a few ns for each, and always as large. */
export class Histogram {
  // Not of 32 bits: at 2,000 a second these are full in a month.
  readonly #buckets = new Float64Array(1 + OCTAVES * PER_OCTAVE)
  #count = 0
  #max = 0

  get count(): number {
    return this.#count
  }

  /** The longest, in ms. */
  get max(): number {
    return this.#max
  }

  add(ms: number): void {
    const octaves = ms < 1 ? -1 : Math.log2(ms)
    const index = octaves < 0 ? 0 : 1 + Math.floor(octaves * PER_OCTAVE)
    const bucket = Math.min(index, this.#buckets.length - 1)
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1
    this.#count += 1
    if (ms > this.#max) this.#max = ms
  }

  /** How long the given part of them took at most, in ms; undefined when there is none. */
  quantile(part: number): number | undefined {
    if (this.#count === 0) return undefined
    let left = part * this.#count
    for (const [index, count] of this.#buckets.entries()) {
      if (count === 0 || left > count) {
        left -= count
        continue
      }
      const from = lowerEnd(index)
      return Math.min(this.#max, from + (lowerEnd(index + 1) - from) * (left / count))
    }
    return this.#max
  }

  /** How many took less than 1 ms, less than 2, less than 4, and so on; none after the last. */
  octaves(): number[] {
    const counts = new Array<number>(OCTAVES + 1).fill(0)
    for (const [index, count] of this.#buckets.entries()) {
      const octave = Math.ceil(index / PER_OCTAVE)
      counts[octave] = (counts[octave] as number) + count
    }
    while (counts.at(-1) === 0) counts.pop()
    return counts
  }
}

function lowerEnd(bucket: number): number {
  return bucket === 0 ? 0 : 2 ** ((bucket - 1) / PER_OCTAVE)
}
