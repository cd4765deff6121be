import { parseArgs } from 'node:util'
import { frameworks } from '../../test/contract/frameworks/index.js'

export interface SoakOptions {
  /** Of each framework, without the warm-up. */
  readonly requests: number
  /** What the clients do follows from it: the same seed, the same requests. */
  readonly seed: number
  /** As the contract's suite names them. */
  readonly frameworks: readonly string[]
}

const all = frameworks.map((framework) => framework('ours').name)
const newest = ['node:http', 'Express 5', 'Koa 3', 'Fastify 5']

/** `--requests 20000 --framework koa,fastify --seed 7`, or `--short`. */
export function readOptions(args: string[]): SoakOptions {
  const { values } = parseArgs({
    args,
    options: {
      short: { type: 'boolean', default: false },
      requests: { type: 'string' },
      framework: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  })
  return {
    requests: count('requests', values.requests ?? (values.short ? '20000' : '1000000')),
    seed: count('seed', values.seed),
    frameworks: values.framework ? values.framework.split(',').map(named) : newest,
  }
}

function count(option: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 10_000_000) return value
  throw new TypeError(`Expected --${option} to be a whole number from 1 to 10000000, got ${text}`)
}

/** `koa` is the newest Koa, `koa2` an older one. */
function named(text: string): string {
  const wanted = text.toLowerCase()
  const found =
    newest.find((name) => name.toLowerCase().split(' ')[0] === wanted) ??
    all.find((name) => name.toLowerCase().replace(' ', '') === wanted)
  if (found) return found
  throw new TypeError(`Expected --framework to be some of ${all.join(', ')}, got ${text}`)
}
