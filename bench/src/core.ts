import { measure } from './processes.js'
import { figure, median, pairedRatio, type Samples } from './statistics.js'
import { atLeast, atMost, type Line, verdict } from './table.js'

const PROCESSES = 5

interface Comparison {
  readonly figure: string
  readonly over: string
  readonly under: string
  readonly target?: number
  readonly isBetter?: typeof atMost
}

const comparisons: Comparison[] = [
  { figure: '6', over: 'ours', under: 'bare loop', target: 3, isBetter: atMost },
  { figure: '6', over: 'p-queue', under: 'ours', target: 5, isBetter: atLeast },
  { figure: '6', over: 'p-limit', under: 'ours', target: 1, isBetter: atLeast },
  { figure: '6', over: 'fastq.promise', under: 'ours', target: 1, isBetter: atLeast },
  { figure: '6', over: 'async.queue', under: 'ours', target: 1, isBetter: atLeast },
]

/** The runner without a framework: 100,000 async closures, all pending at once. */
export async function coreCpu(): Promise<Line[]> {
  const processes: Samples[] = []
  for (let i = 0; i < PROCESSES; i++) {
    processes.push(await measure('core-cpu', [2], ['--expose-gc']))
  }
  const lines = comparisons.map(({ figure: number, over, under, target, isBetter }) => {
    const ratios = processes.map((each) => pairedRatio(each, over, under))
    const { median: ratio, least, most } = figure(ratios)
    const micros = median(processes.map((each) => median(each[over] as number[])))
    const sign = isBetter === atLeast ? '≥' : '≤'
    return {
      figure: number,
      what: `100,000 async tasks: ${over} / ${under}`,
      framework: 'core',
      value: `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)}), ${micros.toFixed(2)} µs`,
      target: `${sign} ${target}`,
      verdict: verdict(ratio, target, isBetter),
    }
  })
  const growth = figure(processes.map((each) => pairedRatio(each, 'ours', 'ours, 1,000 at a time')))
  // The cost of all of them grows with n ** exponent; that of one with n ** (exponent - 1).
  const exponent = 1 + Math.log(growth.median) / Math.log(100)
  return [
    ...lines,
    {
      figure: '7',
      what: 'growth from 1,000 to 100,000 pending tasks: exponent',
      framework: 'core',
      value: exponent.toFixed(2),
      target: '≤ 1.1',
      verdict: verdict(exponent, 1.1),
    },
  ]
}

/** What a pending task takes. */
export async function pendingBytes(): Promise<Line[]> {
  const { pending = [] } = await measure('pending-bytes', [], ['--expose-gc'])
  const bytes = median(pending)
  return [
    {
      figure: '6',
      what: 'bytes of a pending task',
      framework: 'core',
      value: bytes.toFixed(0),
      target: '≤ 250',
      verdict: verdict(bytes, 250),
    },
  ]
}

/** What the option asyncContext costs: the tasks themselves, and every other promise. */
export async function asyncContext(): Promise<Line[]> {
  const ratios: Record<string, number[]> = { task: [], promise: [] }
  for (let i = 0; i < 3; i++) {
    const [on, off] = [
      await measure('async-context', ['on']),
      await measure('async-context', ['off']),
    ]
    for (const [what, values] of Object.entries(ratios)) {
      values.push(median(on[what] as number[]) / median(off[what] as number[]))
    }
  }
  const names: Record<string, string> = {
    task: 'a task of ten awaits: asyncContext / without',
    promise: 'an await anywhere else in the process: asyncContext / without',
  }
  return Object.entries(ratios).map(([what, values]) => {
    const { median: ratio, least, most } = figure(values)
    return {
      figure: '',
      what: names[what] as string,
      framework: 'core',
      value: `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`,
      target: '',
      verdict: '',
    }
  })
}
