/** So many buckets, of one width, for each doubling: none is wider than a sixteenth of what is in it. */
const PER_OCTAVE = 16
/** From 1 ms to more than an hour; what is longer stands in the last. */
const OCTAVES = 22
const LAST = 1 + OCTAVES * PER_OCTAVE

/** Durations, counted in buckets that grow with them: a few ns for each, and always as large. */
export class Histogram {
  // Not of 32 bits: at 2,000 a second these are full in a month.
  readonly #buckets = new Float64Array(LAST + 1)
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
    const bucket = bucketOf(ms)
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1
    this.#count += 1
    if (ms > this.#max) this.#max = ms
  }

  /** How long the given part of them took at most, in ms; undefined when there is none. */
  quantile(part: number): number | undefined {
    if (this.#count === 0) return undefined
    let left = part * this.#count
    for (let index = 0; index < LAST; index++) {
      const count = this.#buckets[index] as number
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
    if (this.#count === 0) return []
    const last = bucketOf(this.#max)
    const counts = new Array<number>(octaveOf(last) + 1).fill(0)
    for (let index = 0; index <= last; index++) {
      const octave = octaveOf(index)
      counts[octave] = (counts[octave] as number) + (this.#buckets[index] as number)
    }
    return counts
  }
}

// Without a logarithm, which takes longer than all the rest.
function bucketOf(ms: number): number {
  if (ms < 1) return 0
  if (ms >= 2 ** OCTAVES) return LAST
  const octave = 31 - Math.clz32(ms)
  const part = ms / (1 << octave) - 1
  return 1 + octave * PER_OCTAVE + Math.floor(part * PER_OCTAVE)
}

function octaveOf(bucket: number): number {
  return Math.ceil(bucket / PER_OCTAVE)
}

function lowerEnd(bucket: number): number {
  if (bucket === 0) return 0
  const octave = Math.floor((bucket - 1) / PER_OCTAVE)
  return 2 ** octave * (1 + ((bucket - 1) % PER_OCTAVE) / PER_OCTAVE)
}
