/** Of one process: for each variant one figure a round. */
export type Samples = Record<string, number[]>

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** The value below which that share of them lies: `percentile(times, 0.99)`. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * share)] as number
}

/** The median of one variant's figure over another's, round by round. */
export function pairedRatio(samples: Samples, over: string, under: string): number {
  const base = samples[under] as number[]
  return median((samples[over] as number[]).map((value, round) => value / (base[round] as number)))
}

/** A figure of several processes: the median of theirs, and how far they lie apart. */
export interface Figure {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function figure(values: readonly number[]): Figure {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) }
}
