// @backgrounder/core/durable: what runs the jobs of an engine, and what an engine is written with.
export { checkLimit } from './check-limit.js'
export { makeJob } from './job.js'
export { startWorker, type Worker, type WorkerOptions } from './worker.js'
