export { type Background, background, defaultRunner } from './background.js'
export { currentTask, type RequestInfo, type TaskContext } from './context.js'
export {
  AbandonedError,
  BackgrounderError,
  NoTasksError,
  SkippedError,
  type SkipReason,
} from './errors.js'
export type { SkippedEvent } from './events.js'
export type {
  DrainOptions,
  Logger,
  OnFailure,
  Outcome,
  RunnerOptions,
  TaskOptions,
  TasksOptions,
  When,
} from './options.js'
// For adapters: what a runner takes, and the check of options that they add to it.
export { type Rules, runnerRules, validate } from './options.js'
export { RequestTasks, type ResponseObserver, type ResponseSource } from './request-tasks.js'
export type { SettledState, TaskRun, TaskState } from './run.js'
export {
  createRunner,
  type DrainReport,
  isRunner,
  type Runner,
  type RunnerStats,
} from './runner.js'
export { type Args, Task } from './task.js'
export { Tasks } from './tasks.js'
