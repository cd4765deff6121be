import { shuffled } from '../blocks.js'
import { measure } from '../processes.js'
import { figure, median } from '../statistics.js'
import { type Line, verdict } from '../table.js'

const FRAMEWORKS = ['Koa', 'Fastify', 'Express']
const SIDES = ['without', 'null', 'closed', 'viewer'] as const
const ROUNDS = 16
const SECONDS = 12
/** How far the null control may be from 1, and so the page that nobody looks at. */
const TOLERANCE = 0.02
/** Of the page that somebody looks at. */
const TARGET = 1.03

/** The CPU time of each side, in µs per request. */
type Round = Record<(typeof SIDES)[number], number>

/** CPU time per request at 2,000 requests a second, with the live page over without it. */
export async function livePage(): Promise<Line[]> {
  const lines: Line[] = []
  for (const framework of FRAMEWORKS) {
    const rounds: Round[] = []
    while (rounds.length < ROUNDS) rounds.push(await playRound(framework))
    lines.push(...report(framework, rounds))
  }
  return lines
}

/** All sides at once, so that whatever else the machine does meets each: processes of their own. */
async function playRound(framework: string): Promise<Round> {
  const costs = shuffled(SIDES).map(async (side) => {
    const { micros } = await measure('live-page/server', [framework, side, SECONDS])
    return [side, median(micros as number[])]
  })
  return Object.fromEntries(await Promise.all(costs)) as Round
}

function report(framework: string, rounds: readonly Round[]): Line[] {
  const control = ({ without, null: again }: Round) => (without + again) / 2
  const nulls = figure(rounds.map(({ without, null: again }) => again / without))
  const isConclusive = Math.abs(nulls.median - 1) <= TOLERANCE

  function line(side: 'closed' | 'viewer', what: string, target: number): Line {
    const ratio = figure(rounds.map((round) => round[side] / control(round)))
    const micros = median(rounds.map((round) => round[side]))
    return {
      figure: '',
      what,
      framework,
      value: `${text(ratio)}, ${micros.toFixed(1)} µs`,
      target: `≤ ${target}`,
      verdict: isConclusive ? verdict(Number(ratio.median.toFixed(3)), target) : 'inconclusive',
    }
  }

  return [
    {
      figure: '',
      what: 'null control: without again / without',
      framework,
      value: text(nulls),
      target: `± ${TOLERANCE * 100} %`,
      verdict: isConclusive ? '' : 'inconclusive',
    },
    line('closed', 'the live page, nobody looks / without', 1 + TOLERANCE),
    line('viewer', 'the live page, one viewer / without', TARGET),
  ]
}

function text({ median: middle, least, most }: ReturnType<typeof figure>): string {
  return `${middle.toFixed(3)} (${least.toFixed(3)}–${most.toFixed(3)})`
}
