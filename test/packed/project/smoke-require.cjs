const path = require('node:path')
const core = require('@backgrounder/core')
const http = require('@backgrounder/http')
const { smoke } = require('./smoke.cjs')

void smoke({
  core,
  http,
  bullmq: require('@backgrounder/bullmq'),
  threading: { ...require('@backgrounder/threads'), file: path.join(__dirname, 'in-thread.cjs') },
  otel: {
    ...require('@backgrounder/otel'),
    ...require('@opentelemetry/api'),
    ...require('@opentelemetry/sdk-node'),
  },
  monitoring: require('@backgrounder/monitor'),
  express: { express: require('express'), adapter: require('@backgrounder/express') },
  koa: { Koa: require('koa'), adapter: require('@backgrounder/koa') },
  fastify: { fastify: require('fastify'), adapter: require('@backgrounder/fastify') },
  hono: {
    ...require('hono'),
    ...require('@hono/node-server'),
    adapter: require('@backgrounder/hono'),
  },
})
