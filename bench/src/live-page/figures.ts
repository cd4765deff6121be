import { measure } from '../processes.js'
import { figure, median, pairedRatio, type Samples } from '../statistics.js'
import { type Line, verdict } from '../table.js'

const FRAMEWORKS = ['Koa', 'Fastify', 'Express']
const ROUNDS = 30
/** Runs that count, of four servers each; how many more are tried where some do not. */
const RUNS = 2
const MORE = 1
/** How far the null control may be from 1 for a run to count, and so the page that nobody looks at. */
const TOLERANCE = 0.02
/** Of the page that somebody looks at. */
const TARGET = 1.03

/** CPU time per request at 2,000 requests a second, with the live page over without it. */
export async function livePage(): Promise<Line[]> {
  const lines: Line[] = []
  for (const framework of FRAMEWORKS) {
    const counted: Samples[] = []
    const nulls: number[] = []
    while (counted.length < RUNS && nulls.length < RUNS + MORE) {
      const samples = await measure('live-page/turns', [framework, ROUNDS])
      const control = pairedRatio(samples, 'null', 'without')
      nulls.push(control)
      if (Math.abs(control - 1) <= TOLERANCE) counted.push(samples)
    }
    lines.push(...report(framework, counted, nulls))
  }
  return lines
}

function report(framework: string, counted: readonly Samples[], nulls: readonly number[]): Line[] {
  const isConclusive = counted.length >= RUNS
  const spread = figure(nulls)
  const control: Line = {
    figure: '',
    what: 'null control: without / without again',
    framework,
    value: `${spread.median.toFixed(3)} (${spread.least.toFixed(3)}–${spread.most.toFixed(3)})`,
    target: `± ${TOLERANCE * 100} %`,
    verdict: isConclusive ? '' : 'inconclusive',
  }
  if (counted.length === 0) return [control]
  const line = (side: string, what: string, target: number): Line => {
    const {
      median: ratio,
      least,
      most,
    } = figure(counted.map((each) => pairedRatio(each, side, 'without')))
    const micros = median(counted.map((each) => median(each[side] as number[])))
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
