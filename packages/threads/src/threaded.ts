import { type Background, type Rules, type TaskOptions, validate } from '@backgrounder/core'
import {
  backgroundElsewhere,
  type Call,
  currentCall,
  show,
  typeOf,
} from '@backgrounder/core/elsewhere'
import { accept, checkClasses } from './accept.js'
import type { Work } from './job.js'
import { exportsOf } from './module-exports.js'
import { type ModuleFile, moduleFile } from './module-file.js'
import { ownPoolOf, poolOf } from './pools.js'
import { isPool, type ThreadPool } from './thread-pool.js'

/** Options of the functions of one module. */
export interface ThreadedOptions {
  /** The threads that they run in: `threadPool()`, or a Piscina. @default a pool of each runner's */
  pool?: ThreadPool | undefined
}

/** The names of the functions that a module exports. */
export type FunctionOf<M> = {
  [K in keyof M & string]: M[K] extends (...args: never[]) => unknown ? K : never
}[keyof M & string]

/** A function of a module as a definition; in a thread every function is async. */
export type ThreadedTask<F> = F extends (...args: infer A) => infer R
  ? Background<A, Promise<Awaited<R>>>
  : never

/** A module whose functions run in threads. */
export interface Threaded<M> {
  /**
   * A definition that runs this function in a thread. Its name is that of the export.
   *
   * @throws TypeError when the module has no such export, for an unknown option or a wrong value.
   */
  export<K extends FunctionOf<M>>(name: K, options?: TaskOptions): ThreadedTask<M[K]>
}

/** What is taken for a module whose types are not given. */
export type AnyModule = Record<string, (...args: never[]) => unknown>

/**
 * Names a module whose functions are to run in worker threads. In a thread nothing that they do blocks
 * the event loop; what they are given is a copy, and `currentTask()` works as anywhere.
 *
 * @throws TypeError when `file` is no URL of a file and no absolute path, when it is not there, and
 * when it is TypeScript that no thread of this process could load.
 * @example
 * ```ts
 * const file = new URL('./digest.js', import.meta.url)
 * const digest = threaded<typeof import('./digest.js')>(file).export('digest', { timeout: 10_000 })
 *
 * tasks.addTask(digest, 'ada', { rounds: 1_000 })
 * ```
 */
export function threaded<M = AnyModule>(
  file: URL | string,
  options: ThreadedOptions = {},
): Threaded<M> {
  validate('threaded', options, rules, 'For example: threaded(url, { pool: threadPool() })')
  const module = moduleFile(file)
  return {
    export: (name, own = {}) => define(module, name, own, options.pool) as never,
  }
}

const rules: Rules<ThreadedOptions> = { pool: [isPool, 'a pool, such as threadPool()'] }

function define(
  file: ModuleFile,
  name: string,
  options: TaskOptions,
  pool: ThreadPool | undefined,
): Background {
  checkExport(file, name)
  const run = async (...args: unknown[]) => {
    const call = currentCall(run)
    if (!call.isTask) checkClasses(args) // those of a task were seen when it was added
    return (pool ? poolOf(pool) : ownPoolOf(call.runner)).run(workOf(call, file, name, args))
  }
  Object.defineProperty(run, 'name', { value: name })
  const definition = backgroundElsewhere(run, { ...options, name: options.name ?? name }, accept)
  return definition as Background
}

/** To be called in the synchronous part of a call: what it is a part of is known there. */
function workOf(call: Call, file: ModuleFile, name: string, args: unknown[]): Work {
  const { task } = call
  return {
    call,
    file,
    name,
    args,
    task: task && {
      id: task.id,
      name: task.name,
      attempt: task.attempt,
      outcome: task.outcome,
      request: task.request,
      asyncContext: call.runner.options.asyncContext,
    },
  }
}

function checkExport({ path }: ModuleFile, name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError(`Expected the name of an export, got \`${show(name)}\` (${typeOf(name)})`)
  }
  const names = exportsOf(path)
  if (!names || names.includes(name)) return
  const found = names.length > 0 ? names.join(', ') : 'nothing'
  throw new TypeError(`Expected ${path} to export \`${name}\`: it exports ${found}`)
}
