import { measure } from './processes.js'
import { figure, median, pairedRatio, type Samples } from './statistics.js'
import { type Line, verdict } from './table.js'

const FRAMEWORKS = ['Koa', 'Fastify', 'Express'] as const
type Framework = (typeof FRAMEWORKS)[number]

interface Comparison {
  readonly figure: string
  readonly over: string
  readonly under: string
  readonly targets?: Record<Framework, number>
}

const comparisons: Comparison[] = [
  {
    figure: '3',
    over: 'ours, 0 tasks',
    under: 'bare',
    targets: { Koa: 1.02, Fastify: 1.02, Express: 1.04 },
  },
  {
    figure: '4',
    over: 'ours, 1 task',
    under: 'by hand, 1 task',
    targets: { Koa: 1.05, Fastify: 1.05, Express: 1.08 },
  },
  {
    figure: '5',
    over: 'ours, 5 async tasks',
    under: 'by hand, 5 async tasks',
    targets: { Koa: 1.1, Fastify: 1.1, Express: 1.1 },
  },
  { figure: '', over: 'a middleware that does nothing', under: 'bare' },
  { figure: '', over: 'by hand, 1 task', under: 'bare' },
  { figure: '', over: 'on-finished, 1 task', under: 'by hand, 1 task' },
  { figure: '', over: 'onResponse hook, 1 task', under: 'by hand, 1 task' },
]

/** How far the null control may be from 1 for a process to count. */
const tolerance: Record<Framework, number> = { Koa: 0.02, Fastify: 0.02, Express: 0.05 }
const rounds: Record<Framework, number> = { Koa: 60, Fastify: 66, Express: 15 }
const PROCESSES = { memory: 5, socket: 2 }
/** How many more are tried where some do not count. */
const MORE = 2

/** CPU time per request: over a connection in memory, or over real sockets. */
export async function requestCpu(transport: 'memory' | 'socket'): Promise<Line[]> {
  const lines: Line[] = []
  for (const framework of FRAMEWORKS) {
    const wanted = PROCESSES[transport]
    const counted: Samples[] = []
    const nulls: number[] = []
    while (counted.length < wanted && nulls.length < wanted + MORE) {
      const count = transport === 'memory' ? rounds[framework] : rounds[framework] / 3
      const samples = await measure('request-cpu', [framework, transport, count])
      const control = pairedRatio(samples, 'null', 'bare')
      nulls.push(control)
      const isQuiet = Math.abs(control - 1) <= tolerance[framework]
      if (transport === 'socket' || isQuiet) counted.push(samples)
    }
    lines.push(...report(framework, transport, counted, nulls))
  }
  return lines
}

function report(
  framework: Framework,
  transport: 'memory' | 'socket',
  counted: readonly Samples[],
  nulls: readonly number[],
): Line[] {
  const isConclusive = counted.length >= PROCESSES[transport]
  const spread = figure(nulls)
  const control: Line = {
    figure: '',
    what: 'null control: bare / bare again',
    framework,
    value: `${spread.median.toFixed(3)} (${spread.least.toFixed(3)}–${spread.most.toFixed(3)})`,
    target: transport === 'memory' ? `± ${tolerance[framework] * 100} %` : '',
    verdict: isConclusive ? '' : 'inconclusive',
  }
  if (counted.length === 0) return [control]
  const known = comparisons.filter(({ over }) => counted[0]?.[over])
  const lines = known.map(({ figure: number, over, under, targets }) => {
    const {
      median: ratio,
      least,
      most,
    } = figure(counted.map((each) => pairedRatio(each, over, under)))
    const micros = median(counted.map((each) => median(each[over] as number[])))
    const target = transport === 'memory' ? targets?.[framework] : undefined
    return {
      figure: number,
      what: `${over} / ${under}`,
      framework,
      value: `${ratio.toFixed(3)} (${least.toFixed(3)}–${most.toFixed(3)}), ${micros.toFixed(1)} µs`,
      target: target === undefined ? '' : `≤ ${target}`,
      verdict: isConclusive ? verdict(Number(ratio.toFixed(3)), target) : 'inconclusive',
    }
  })
  return [control, ...lines]
}

const HEAP_FLAGS = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128']

const byteTargets: Record<string, Record<Framework, number>> = {
  'ours, 0 tasks': { Koa: 193, Fastify: 349, Express: 578 },
  'ours, 1 task': { Koa: 746, Fastify: 905, Express: 2714 },
}

const byteVariants = ['null', 'ours, 0 tasks', 'ours, 1 task', 'by hand, 1 task'] as const

/** Bytes allocated per request, over bare. */
export async function requestBytes(): Promise<Line[]> {
  const lines: Line[] = []
  for (const framework of FRAMEWORKS) {
    const processes: Samples[] = []
    for (let i = 0; i < 3; i++) {
      processes.push(
        await measure('request-bytes', [framework, 5, 'bare', ...byteVariants], HEAP_FLAGS),
      )
    }
    const over = (variant: string) =>
      figure(processes.map((each) => pairedDifference(each, variant, 'bare')))
    for (const variant of byteVariants) {
      const { median: bytes, least, most } = over(variant)
      const target = byteTargets[variant]?.[framework]
      lines.push({
        figure: target === undefined ? '' : '2',
        what: `bytes of a request over bare: ${variant}`,
        framework,
        value: `${bytes.toFixed(0)} (${least.toFixed(0)}–${most.toFixed(0)})`,
        target: target === undefined ? '' : `≤ ${target}`,
        verdict: verdict(Math.round(bytes), target),
      })
    }
  }
  return lines
}

function pairedDifference(samples: Samples, over: string, under: string): number {
  const base = samples[under] as number[]
  return median((samples[over] as number[]).map((value, round) => value - (base[round] as number)))
}

/** Listeners and async resources of requests without a task. */
export async function counts(): Promise<Line[]> {
  const lines: Line[] = []
  for (const framework of FRAMEWORKS) {
    const { control, ours, isEqual } = await measure('counts-of', [framework])
    lines.push({
      figure: '1',
      what: 'listeners and async resources, 0 tasks / a middleware that does nothing',
      framework,
      value: `${ours?.[0]} / ${control?.[0]}`,
      target: 'equal',
      verdict: isEqual?.[0] === 1 ? 'met' : 'missed',
    })
  }
  return lines
}

/** Latency of the next request on a connection while a task of the one before runs. */
export async function nextRequest(): Promise<Line[]> {
  const lines: Line[] = []
  for (const framework of FRAMEWORKS) {
    const samples = await measure('next-request', [framework])
    const [none, task] = [median(samples.none as number[]), median(samples.task as number[])]
    lines.push({
      figure: '8',
      what: 'latency of the next request, a task of 200 ms runs / none does',
      framework,
      value: `${(task / none).toFixed(2)} (${task.toFixed(2)} ms / ${none.toFixed(2)} ms)`,
      target: 'as with none',
      // A task that held the answer up would add 200 ms; the median of 25 is no finer than this.
      verdict: verdict(task / none, 1.25),
    })
  }
  return lines
}
