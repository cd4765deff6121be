import { NoTasksError, RequestTasks, type ResponseSource, type Runner } from '@backgrounder/core'
import { type Describable, responses } from './response-source.js'
import type { Response } from './response-tracker.js'

const tasksOf: unique symbol = Symbol.for('backgrounder.tasks')

/** Where the handle is kept: the response, or something of the framework's that lives as long. */
interface Holder {
  [tasksOf]?: RequestTasks
}

/**
 * The tasks of a response: the same however often it is asked for, and by the first runner that did.
 * Nothing is attached to the response before the first `addTask`; the handle itself is a property of
 * `holder`.
 *
 * @example
 * ```ts
 * const runner = createRunner()
 * http.createServer((req, res) => {
 *   collectTasks(req, res, runner).addTask(() => audit(req.url))
 *   res.end('ok')
 * })
 * ```
 */
export function collectTasks(
  req: Describable,
  res: Response,
  runner: Runner,
  holder: object = res,
  source: ResponseSource<Describable, Response> = responses,
): RequestTasks {
  const held: Holder = holder
  const tasks = held[tasksOf]
  if (tasks) {
    if (!RequestTasks.isOn(tasks, runner)) warnOnce(runner)
    return tasks
  }
  const collector = new RequestTasks(runner, source, req, res)
  held[tasksOf] = collector
  return collector
}

const warned = new WeakSet<Runner>()

/** Whoever drains this runner, or has given it options, must know that it gets no tasks here. */
function warnOnce(runner: Runner): void {
  if (warned.has(runner)) return
  warned.add(runner)
  process.emitWarning(
    'backgroundTasks() is mounted twice in one app: the first one runs the tasks, and the runner ' +
      'and the options of the second have no effect there. Mount it once, or give both one runner: ' +
      'backgroundTasks({ runner })',
    { type: 'BackgrounderWarning', code: 'BG_MOUNTED_TWICE' },
  )
}

/**
 * The tasks of a response that has passed `backgroundTasks()` or `collectTasks`: of what was the
 * `holder` there.
 *
 * @throws NoTasksError otherwise, with `mend`: what to add.
 */
export function getTasks(holder: object, mend = 'collectTasks(req, res, runner)'): RequestTasks {
  // It may be undefined: without types, `getTasks()` is a first mistake.
  const tasks = (holder as Holder | undefined)?.[tasksOf]
  if (tasks) return tasks
  throw new NoTasksError(`This response collects no tasks. Add before its handler: ${mend}`)
}
