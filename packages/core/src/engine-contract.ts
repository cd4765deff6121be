import { accepting } from './engine-contract-accepting.js'
import { attempts } from './engine-contract-attempts.js'
import { inEngine, type OpenEngine } from './engine-contract-bench.js'
import { counting } from './engine-contract-counting.js'
import { stopping } from './engine-contract-stopping.js'

/** One thing that every engine does. */
export interface EngineCase {
  readonly name: string
  /** Rejects when the engine does not do it. `open` makes an engine on an empty store. */
  run(open: OpenEngine): Promise<void>
}

/**
 * What an engine has to do, one test each, in any test runner.
 *
 * @example
 * ```ts
 * for (const { name, run } of engineContract) test(name, () => run(async () => myEngine()))
 * ```
 */
export const engineContract: readonly EngineCase[] = [
  ...accepting,
  ...attempts,
  ...counting,
  ...stopping,
].map(([name, check]) => ({ name, run: (open) => inEngine(open, check) }))
