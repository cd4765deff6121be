import { type Rules, validate } from '@backgrounder/core'

/**
 * What the span of a task is to the span that was active where the task was added: a child of it, in its
 * trace; the root of a trace of its own that has a link to it; or a root that knows nothing of it, and
 * whose function has no baggage.
 */
export type Propagation = 'child' | 'link' | 'none'

/** The configuration of a `BackgrounderInstrumentation`. */
export interface BackgrounderInstrumentationConfig {
  /**
   * Whether it is enabled when it is made. As with every instrumentation, `registerInstrumentations`
   * and `NodeSDK` enable it then. @default true
   */
  enabled?: boolean | undefined
  /**
   * How a task's span is tied to where the task was added. @default 'child' for a task of this process,
   * 'link' for a job
   */
  propagation?: Propagation | undefined
}

/** The same, with the default of `enabled` in. */
export interface FilledConfig extends BackgrounderInstrumentationConfig {
  enabled: boolean
}

const rules: Rules<BackgrounderInstrumentationConfig> = {
  enabled: [(value) => typeof value === 'boolean', 'true or false'],
  propagation: [
    (value) => value === 'child' || value === 'link' || value === 'none',
    "'child', 'link' or 'none'",
  ],
}

/** @throws TypeError for an unknown option or a wrong value. */
export function checkConfig(config: BackgrounderInstrumentationConfig): FilledConfig {
  const mend = "For example: new BackgrounderInstrumentation({ propagation: 'link' })"
  validate('BackgrounderInstrumentation', config, rules, mend)
  return { ...config, enabled: config.enabled ?? true }
}
