import type { Background } from './background.js'
import { isDefinition } from './definition.js'
import type { Engine, Job } from './engine.js'
import { NotDurableError } from './errors.js'
import { show } from './expected.js'
import { headersOf } from './job-headers.js'
import { checkJson, checkText } from './json-safe.js'
import { merge, type TaskOptions } from './options.js'

/** The policies of what has none of its own. */
type Defaults = Pick<TaskOptions, 'timeout' | 'retries'>

/** What is to be stored of a call of `enqueue`. */
interface Call {
  readonly definition: unknown
  readonly args: readonly unknown[]
  /** Of `with`. */
  readonly options?: TaskOptions | undefined
  readonly defaults?: Defaults | undefined
}

/**
 * The job that an engine keeps for a call of `enqueue`: with a copy of the arguments as they are now.
 *
 * @throws NotDurableError for anything but a definition that was given a name; TypeError for
 * arguments that JSON would change, and for too many bytes of them.
 */
export function makeJob(engine: Engine, { definition, args, options, defaults }: Call): Job {
  if (!isDefinition(definition)) throw new NotDurableError(show(definition))
  const { options: own } = definition as Background
  return withHeaders(jobOf(engine, options ? merge(own, options) : own, args, defaults))
}

/** The job as it is stored: observers are told of it, and may have given it headers. */
export function withHeaders(job: Job): Job {
  const headers = headersOf(job.name)
  return headers ? { ...job, headers } : job
}

/** The same for a task that has its options and its arguments already. */
export function jobOf(
  engine: Engine,
  options: Readonly<TaskOptions>,
  args: readonly unknown[],
  defaults: Defaults = {},
  id?: string,
): Job {
  const { name } = options
  // The function's own may be another one after a build, and the job would wait for ever.
  if (name === undefined) throw new NotDurableError('a definition without a name of its own')
  checkText(name, 'The name of a definition')
  return {
    id,
    name,
    args: copyOf(args, name, engine.maxBytes ?? 65_536),
    key: options.key,
    delay: options.delay ?? 0,
    timeout: options.timeout ?? defaults.timeout ?? false,
    retries: options.retries ?? defaults.retries ?? 0,
    headers: undefined,
  }
}

function copyOf(args: readonly unknown[], name: string, maxBytes: number): readonly unknown[] {
  checkJson(args)
  // Nearly always so: nothing in them can be changed, and they have no more than 4 kB together.
  if (args.length <= 10 && args.every(isShort) && maxBytes >= 4_096) return [...args]
  const json = JSON.stringify(args)
  const bytes = Buffer.byteLength(json)
  if (bytes > maxBytes) {
    throw new TypeError(
      `Expected the arguments of ${name} to be ${maxBytes} bytes of JSON at most (maxBytes), got ` +
        `${bytes}: store what is large, and pass where it is`,
    )
  }
  return JSON.parse(json)
}

/** Of 400 bytes of JSON at most, where a character may take six. */
function isShort(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= 64 : typeof value !== 'object'
}
