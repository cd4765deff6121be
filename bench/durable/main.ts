// npm run bench:durable: what the durable engine costs over BullMQ used directly, on each store, as the
// median of the ratios of rounds that take turns in one process. With --write the table goes into
// docs/performance.md too.
import { shuffled } from '../src/blocks.js'
import { writeTable } from '../src/page.js'
import { median, pairedRatio, percentile, type Samples } from '../src/statistics.js'
import { atLeast, atMost, type Line, markdown, verdict } from '../src/table.js'
import { direct, ours, type Side } from './sides.js'
import { kinds } from './stores.js'

const ROUNDS = 11
const ADDS = 1_000

/** How long each call took, in ms: the sides take turns call by call, so that both meet the same machine. */
async function measureAdds(sides: Record<string, Side>): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {}
  for (let i = 0; i < ADDS; i += 1) {
    for (const [which, side] of shuffled(Object.entries(sides))) {
      const start = performance.now()
      await side.add()
      times[which] ??= []
      times[which]?.push(performance.now() - start)
    }
  }
  return times
}

async function measureStore({ name, open }: (typeof kinds)[number]): Promise<Line[]> {
  const store = await open()
  const sides = { ours: await ours(store), direct: await direct(store) }
  const figures = { p50: samples(), p99: samples(), rate: samples() }
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const times = await measureAdds(sides)
    for (const [which, side] of shuffled(Object.entries(sides))) {
      const rate = await side.work(ADDS)
      if (round === 0) continue
      const own = times[which] as number[]
      figures.p50[which]?.push(percentile(own, 0.5))
      figures.p99[which]?.push(percentile(own, 0.99))
      figures.rate[which]?.push(rate)
    }
  }
  for (const side of Object.values(sides)) await side.close()
  await store.end()
  const line = (
    what: string,
    own: Samples,
    unit: string,
    target: number,
    isBetter: typeof atMost,
  ): Line => {
    const ratio = pairedRatio(own, 'ours', 'direct')
    const [mine, theirs] = [own.ours, own.direct].map((values) => median(values as number[]))
    return {
      figure: '',
      what,
      framework: name,
      value: `${ratio.toFixed(2)} (${mine?.toFixed(2)} against ${theirs?.toFixed(2)} ${unit})`,
      target: `${isBetter === atMost ? '≤' : '≥'} ${target}`,
      verdict: verdict(ratio, target, isBetter),
    }
  }
  return [
    line('enqueue p50, against queue.add', figures.p50, 'ms', 1.15, atMost),
    line('enqueue p99, against queue.add', figures.p99, 'ms', 1.15, atMost),
    line('no-op jobs, against a Worker', figures.rate, 'per s', 0.9, atLeast),
  ]
}

function samples(): Samples {
  return { ours: [], direct: [] }
}

async function main(): Promise<void> {
  const lines: Line[] = []
  for (const kind of kinds) {
    if (kind.missing) console.log(`${kind.name} is skipped: ${kind.missing}`)
    else lines.push(...(await measureStore(kind)))
  }
  const table = markdown(lines)
  console.log(table)
  if (process.argv.includes('--write')) writeTable('bench:durable', table)
}

void main()
