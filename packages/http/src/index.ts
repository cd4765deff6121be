// What a framework's adapter is written on:
//   appRunner     the runner and the drain behind `backgroundTasks(options)`
//   collectTasks  the handle that a handler calls `addTask` on: one for each response
//   getTasks      the same, for where the framework's own property is out of reach
//   AppResponses  for a framework that answers requests without a connection
export * from '@backgrounder/core'
export {
  type AppOptions,
  type AppRunner,
  appRunner,
  type PropertyOf,
  type TasksAs,
} from './app-runner.js'
export { collectTasks, getTasks } from './collect-tasks.js'
export { AppResponses, type Describable, describe } from './response-source.js'
export type { Response } from './response-tracker.js'
