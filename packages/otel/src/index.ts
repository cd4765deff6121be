// TypeScript 6 and later load the types of Node only where it is told to.
/// <reference types="node" preserve="true" />
export type { BackgrounderInstrumentationConfig, FilledConfig, Propagation } from './config.js'
export { BackgrounderInstrumentation } from './instrumentation.js'
