// TypeScript 6 and later load the types of Node only where it is told to.
/// <reference types="node" preserve="true" />
export { type Background, background, defaultRunner } from './background.js'
// For adapters: how a server that closes ends its connections, what a runner takes, and the check of
// options that they add to it.
export { endAfterAnswer } from './close-server.js'
export type { RequestInfo, TaskContext } from './context.js'
export { currentTask } from './current-task.js'
export { currentTasks, enterTasks } from './current-tasks.js'
export type {
  DeadJob,
  DeadLetters,
  Delivery,
  Engine,
  EngineStats,
  EngineWorker,
  EnqueuedJob,
  Job,
  Verdict,
  Work,
} from './engine.js'
export {
  AbandonedError,
  BackgrounderError,
  CancelledError,
  EnqueueError,
  HandedOffError,
  NoEngineError,
  NoTasksError,
  NotDurableError,
  PermanentError,
  QueueFullError,
  SkippedError,
  type SkipReason,
  TimeoutError,
  WorkerDiedError,
} from './errors.js'
export type {
  AbandonedEvent,
  AcceptedEvent,
  AttemptEvent,
  CancelledEvent,
  DrainEvent,
  EnqueueEvent,
  HandedOffEvent,
  ReadyEvent,
  RetriedEvent,
  RunEvent,
  SettledEvent,
  SkippedEvent,
  TimedOutEvent,
} from './events.js'
export { expected } from './expected.js'
export type {
  Around,
  ClosableServer,
  DrainOptions,
  Logger,
  OnFailure,
  Outcome,
  RunnerOptions,
  TaskOptions,
  TasksOptions,
  When,
} from './options.js'
export { RequestTasks, type ResponseObserver, type ResponseSource } from './request-tasks.js'
export type { Retries, RetryOptions } from './retry.js'
export {
  createRunner,
  type DrainReport,
  isRunner,
  type Runner,
  type RunnerStats,
} from './runner.js'
export { type Args, Task } from './task.js'
export { detailsOf, type TaskDetails } from './task-details.js'
export type { SettledState, TaskRun, TaskState } from './task-run.js'
export { Tasks } from './tasks.js'
export { type Rules, runnerRules, validate } from './validate.js'
