// TypeScript 6 and later load the types of Node only where it is told to.
/// <reference types="node" preserve="true" />
export { ThreadDiedError } from './errors.js'
export { type Movable, move } from './move.js'
export {
  type PoolRunOptions,
  type ThreadLimits,
  type ThreadPool,
  type ThreadPoolOptions,
  threadPool,
} from './thread-pool.js'
export {
  type AnyModule,
  type FunctionOf,
  type Threaded,
  type ThreadedOptions,
  type ThreadedTask,
  threaded,
} from './threaded.js'
