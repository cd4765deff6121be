import { measure } from '../processes.js'
import { figure, median, pairedRatio, type Samples } from '../statistics.js'
import { type Line, verdict } from '../table.js'
import { TASK_MS } from './work.js'

const ROUNDS = 7
/** What a task that blocks its requests must show: otherwise the load has not met it. */
const LEAST_INLINE_MS = 150

/** Beyond it the machine is too busy: three times as much would be what a block shows too. */
const MOST_NONE_MS = LEAST_INLINE_MS / 3

/** Latency of the requests that add no task, while one in 60 adds one that blocks. */
export async function otherRequests(): Promise<Line[]> {
  const samples = await measure('threads/other-requests', [ROUNDS])
  const p99 = (side: string) => figure(samples[side] as number[])
  const isQuiet = p99('none').median <= MOST_NONE_MS
  const isMet = isQuiet && p99('inline').median >= LEAST_INLINE_MS
  const target = Math.max(3 * p99('none').median, 50)
  const line = (side: string, what: string): Line => {
    const { median: ms, least, most } = p99(side)
    return {
      figure: '',
      what: `p99 of other requests, ${what}`,
      framework: 'Express',
      value: `${ms.toFixed(1)} ms (${least.toFixed(1)}–${most.toFixed(1)})`,
      target: '',
      verdict: '',
    }
  }
  return [
    {
      ...line('none', 'no task'),
      target: `≤ ${MOST_NONE_MS} ms`,
      verdict: isQuiet ? '' : 'inconclusive',
    },
    {
      ...line('inline', `a task of ${TASK_MS} ms blocks`),
      target: `≥ ${LEAST_INLINE_MS} ms`,
      verdict: isMet ? 'met' : 'void',
    },
    {
      ...line('threaded', 'it blocks a thread'),
      target: `≤ ${target.toFixed(0)} ms`,
      verdict: isMet ? verdict(p99('threaded').median, target) : 'void',
    },
  ]
}

const PROCESSES = 5
/** How far the null control may be from 1. */
const TOLERANCE = 0.1

interface Size {
  /** How many a task makes. */
  readonly hashes: number
  /** Of a round. */
  readonly tasks: number
  readonly rounds: number
  readonly target?: number
}

const sizes: readonly Size[] = [
  { hashes: 0, tasks: 200, rounds: 20 },
  { hashes: 300, tasks: 30, rounds: 40, target: 1.25 },
  { hashes: 1_500, tasks: 10, rounds: 30, target: 1.25 },
]

/** CPU time of a task, over the same with piscina used directly. */
export async function taskCpu(): Promise<Line[]> {
  const lines: Line[] = []
  for (const size of sizes) lines.push(...(await measureSize(size)))
  return lines
}

async function measureSize({ hashes, tasks, rounds, target }: Size): Promise<Line[]> {
  const processes: Samples[] = []
  for (let i = 0; i < PROCESSES; i++) {
    processes.push(await measure('threads/task-cpu', [hashes, tasks, rounds], ['--expose-gc']))
  }
  const over = (way: string, control: string) =>
    figure(processes.map((each) => pairedRatio(each, way, control)))
  const line = (way: string, control: string): Line => {
    const { median: ratio, least, most } = over(way, control)
    const micros = median(processes.map((each) => median(each[way] as number[])))
    return {
      figure: '',
      what: `CPU time of a task of ${hashes} hashes: ${way} / ${control}`,
      framework: 'core',
      value: `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)}), ${micros.toFixed(0)} µs`,
      target: '',
      verdict: '',
    }
  }
  const isQuiet = Math.abs(over('null', 'piscina').median - 1) <= TOLERANCE
  const ratio = Number(over('ours', 'piscina').median.toFixed(2))
  return [
    {
      ...line('null', 'piscina'),
      target: `± ${TOLERANCE * 100} %`,
      verdict: isQuiet ? '' : 'inconclusive',
    },
    {
      ...line('ours', 'piscina'),
      target: target === undefined ? '' : `≤ ${target}`,
      verdict: isQuiet ? verdict(ratio, target) : 'inconclusive',
    },
    line('ours', 'piscina by default'),
  ]
}
