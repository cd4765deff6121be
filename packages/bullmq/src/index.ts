// TypeScript 6 and later load the types of Node only where it is told to.
/// <reference types="node" preserve="true" />
export { startWorker, type Worker, type WorkerOptions } from '@backgrounder/core/durable'
export { type BullmqEngine, bullmqEngine } from './bullmq-engine.js'
export { FolderInUseError } from './folder-lock.js'
export type { EngineOptions, KeepJobs, PoolLike, RedisConnection } from './options.js'
export type { SqlClient, Transaction } from './transaction.js'
