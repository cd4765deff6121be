import { measure } from '../processes.js'
import { figure, median, type Samples } from '../statistics.js'
import { type Line, verdict } from '../table.js'

const FRAMEWORKS = ['Koa', 'Fastify', 'Express']
const ROUNDS = 600
/** Runs, of four servers each, that are to count; how many more are tried where some do not. */
const RUNS = 3
const MORE = 1
/** How far the null control may be from 1 for a run to count, and so the page that nobody looks at. */
const TOLERANCE = 0.02
/** Of the page that somebody looks at. */
const TARGET = 1.03

/** What the turns of one run have shown: a side over the two that are alike, all of its turns together. */
interface Run {
  readonly null: number
  readonly closed: Figures
  readonly viewer: Figures
}

interface Figures {
  readonly ratio: number
  /** Per request. */
  readonly micros: number
}

/** CPU time per request at 2,000 requests a second, with the live page over without it. */
export async function livePage(): Promise<Line[]> {
  const lines: Line[] = []
  for (const framework of FRAMEWORKS) {
    const runs: Run[] = []
    const isCounted = (run: Run) => Math.abs(run.null - 1) <= TOLERANCE
    while (runs.filter(isCounted).length < RUNS && runs.length < RUNS + MORE) {
      runs.push(figuresOf(await measure('live-page/turns', [framework, ROUNDS])))
    }
    lines.push(...report(framework, runs.filter(isCounted), runs))
  }
  return lines
}

/** Of sums, since what the page does twice a second is in one of a dozen turns. */
function figuresOf(samples: Samples): Run {
  const mean = (side: string) => {
    const costs = samples[side] as number[]
    return costs.reduce((sum, cost) => sum + cost, 0) / costs.length
  }
  const control = (mean('without') + mean('null')) / 2
  const over = (side: string) => ({ ratio: mean(side) / control, micros: mean(side) })
  return { null: mean('null') / mean('without'), closed: over('closed'), viewer: over('viewer') }
}

function report(framework: string, counted: readonly Run[], runs: readonly Run[]): Line[] {
  const isConclusive = counted.length >= RUNS
  const spread = figure(runs.map((run) => run.null))
  const control: Line = {
    figure: '',
    what: 'null control: without / without again',
    framework,
    value: `${spread.median.toFixed(3)} (${spread.least.toFixed(3)}–${spread.most.toFixed(3)})`,
    target: `± ${TOLERANCE * 100} %`,
    verdict: isConclusive ? '' : 'inconclusive',
  }
  if (counted.length === 0) return [control]
  const line = (side: 'closed' | 'viewer', what: string, target: number): Line => {
    const { median: ratio, least, most } = figure(counted.map((run) => run[side].ratio))
    const micros = median(counted.map((run) => run[side].micros))
    return {
      figure: '',
      what,
      framework,
      value: `${ratio.toFixed(3)} (${least.toFixed(3)}–${most.toFixed(3)}), ${micros.toFixed(1)} µs`,
      target: `≤ ${target}`,
      verdict: isConclusive ? verdict(Number(ratio.toFixed(3)), target) : 'inconclusive',
    }
  }
  return [
    control,
    line('closed', 'the live page, nobody looks / without', 1 + TOLERANCE),
    line('viewer', 'the live page, one viewer / without', TARGET),
  ]
}
