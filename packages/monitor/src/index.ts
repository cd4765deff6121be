// TypeScript 6 and later load the types of Node only where it is told to.
/// <reference types="node" preserve="true" />
export type { FastifyPlugin } from './fastify-plugin.js'
export type { KoaContext, KoaMiddleware } from './koa-middleware.js'
export { type Monitor, monitor } from './monitor.js'
export type { Access, MonitorOptions, Runners } from './options.js'
