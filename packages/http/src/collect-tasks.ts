import { NoTasksError, RequestTasks, type ResponseSource, type Runner } from '@backgrounder/core'
import { type Describable, responses } from './response-source.js'
import type { Response } from './response-tracker.js'

const tasksOf = Symbol.for('backgrounder.tasks')

type Collecting = Response & { [tasksOf]?: RequestTasks }

/**
 * The tasks of a response: the same however often it is asked for. Nothing is attached to the
 * response before the first `addTask`.
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
  source: ResponseSource<Describable, Response> = responses,
): RequestTasks {
  const response: Collecting = res
  response[tasksOf] ??= new RequestTasks(runner, source, req, res)
  return response[tasksOf]
}

/**
 * The tasks of a response that has passed `backgroundTasks()` or `collectTasks`.
 *
 * @throws NoTasksError otherwise, with `mend`: what to add.
 */
export function getTasks(res: Response, mend = 'collectTasks(req, res, runner)'): RequestTasks {
  const tasks = (res as Collecting)[tasksOf]
  if (tasks) return tasks
  throw new NoTasksError(`This response collects no tasks. Add before its handler: ${mend}`)
}
