import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { bullmqEngine, startWorker } from '@backgrounder/bullmq'
import * as core from '@backgrounder/core'
import { background, createRunner, Task, Tasks } from '@backgrounder/core'
import * as expressAdapter from '@backgrounder/express'
import {
  Task as ExpressTask,
  backgroundTasks as expressTasks,
  getTasks as getExpressTasks,
} from '@backgrounder/express'
import * as fastifyAdapter from '@backgrounder/fastify'
import {
  Task as FastifyTask,
  backgroundTasks as fastifyTasks,
  getTasks as getFastifyTasks,
} from '@backgrounder/fastify'
import * as honoAdapter from '@backgrounder/hono'
import {
  getTasks as getHonoTasks,
  Task as HonoTask,
  backgroundTasks as honoTasks,
} from '@backgrounder/hono'
import * as http from '@backgrounder/http'
import { appRunner, collectTasks, getTasks } from '@backgrounder/http'
import * as koaAdapter from '@backgrounder/koa'
import {
  getTasks as getKoaTasks,
  Task as KoaTask,
  backgroundTasks as koaTasks,
} from '@backgrounder/koa'
import { monitor } from '@backgrounder/monitor'
import { BackgrounderInstrumentation } from '@backgrounder/otel'
import { threaded } from '@backgrounder/threads'
import { createAdaptorServer } from '@hono/node-server'
import { trace } from '@opentelemetry/api'
import { NodeSDK, tracing } from '@opentelemetry/sdk-node'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { smoke } from './smoke.cjs'

for (const func of [background, createRunner, Task, Tasks, appRunner, collectTasks, getTasks]) {
  assert.equal(typeof func, 'function')
}
for (const OneTask of [ExpressTask, KoaTask, FastifyTask, HonoTask]) assert.equal(OneTask, Task)
assert.equal(createRequire(import.meta.url)('@backgrounder/core').Task, Task)

await smoke({
  core,
  http,
  bullmq: { bullmqEngine, startWorker },
  threading: { threaded, file: new URL('./in-thread.mjs', import.meta.url) },
  otel: { BackgrounderInstrumentation, NodeSDK, tracing, trace },
  monitoring: { monitor },
  express: {
    express,
    adapter: { ...expressAdapter, backgroundTasks: expressTasks, getTasks: getExpressTasks },
  },
  koa: { Koa, adapter: { ...koaAdapter, backgroundTasks: koaTasks, getTasks: getKoaTasks } },
  fastify: {
    fastify,
    adapter: { ...fastifyAdapter, backgroundTasks: fastifyTasks, getTasks: getFastifyTasks },
  },
  hono: {
    Hono,
    createAdaptorServer,
    adapter: { ...honoAdapter, backgroundTasks: honoTasks, getTasks: getHonoTasks },
  },
})
