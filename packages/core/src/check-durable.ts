import { type AnyFunction, type Definition, isTask } from './definition.js'
import type { Engine } from './engine.js'
import { NotDurableError } from './errors.js'
import { expected, show } from './expected.js'
import { jobOf } from './job.js'

/** What a drain could not hand over is refused when it is added, and not when it is lost. */
export function checkDurable(
  given: AnyFunction,
  { options, args }: Definition,
  engine: Engine | undefined,
): void {
  for (const option of ['key', 'delay'] as const) {
    if (options[option] === undefined) continue
    const mend = 'It is an option of enqueue: addTask runs at once, or after the response'
    throw expected(option, 'none', options[option], mend)
  }
  if (!options.durable || !engine) return
  // A list of tasks, or a Task with a `run` of its own: nobody could find it again.
  if (isTask(given) && given.definition() !== given) throw new NotDurableError(show(given))
  jobOf(engine, options, args)
}
