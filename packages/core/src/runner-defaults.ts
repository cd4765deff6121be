import type { RunnerOptions } from './options.js'
import { reportFailure } from './report.js'
import { frozen } from './retry.js'
import type { Run } from './run.js'
import type { RunnerSettings } from './runner.js'

/** What a runner goes by: its options, with a default for each that was not given. */
export function withDefaults(options: RunnerOptions): RunnerSettings {
  const { logger = console } = options
  const retries = frozen(options.retries ?? 0)
  return {
    when: options.when ?? 'always',
    asGroup: options.asGroup ?? false,
    onFailure: options.onFailure ?? 'continue',
    concurrency: options.concurrency ?? Infinity,
    maxPending: options.maxPending ?? 100_000,
    timeout: options.timeout ?? false,
    queueTimeout: options.queueTimeout ?? false,
    retries,
    around: options.around,
    asyncContext: options.asyncContext ?? false,
    engine: options.engine,
    waitUntil: options.waitUntil,
    slowWarning: options.slowWarning ?? 30_000,
    blockedWarning: options.blockedWarning ?? 100,
    drainTimeout: options.drainTimeout ?? 20_000,
    logger,
    onError:
      options.onError ?? ((error, run) => reportFailure({ logger, retries }, error, run as Run)),
  }
}
