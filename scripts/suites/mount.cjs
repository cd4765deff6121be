// Required before a test file of Fastify's own suite: every app that the file makes has the adapter
// and a task on every request, or as the control a plugin and a hook that do nothing.
const { appendFileSync } = require('node:fs')
const { join } = require('node:path')

const { SUITE_MOUNT, SUITE_REPORT } = process.env
const entry = require.resolve(join(process.cwd(), 'fastify.js'))
const createFastify = require(entry)
const isOurs = SUITE_MOUNT === 'ours'
const adapter = isOurs && require('../../packages/fastify').backgroundTasks

const tasks = []
let ran = 0

/** A plugin whose hook belongs to the app and not to a scope of its own. */
function onRequest(hook) {
  function plugin(app, _options, done) {
    app.addHook('onRequest', hook)
    done()
  }
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

function addTask(request, reply, done) {
  if (isOurs) {
    const run = request.tasks.addTask(async () => {
      await undefined
      ran += 1
    })
    tasks.push({ run, response: reply.raw })
  }
  done()
}

function fastify(...args) {
  const app = createFastify(...args)
  app.register(isOurs ? adapter : onRequest((_request, _reply, done) => done()))
  app.register(onRequest(addTask))
  return app
}

Object.assign(fastify, createFastify, { fastify, default: fastify })
require.cache[entry].exports = fastify

process.on('exit', () => {
  const open = tasks.filter(({ run }) => !['succeeded', 'failed'].includes(run.state))
  // A test may end with a request that it has never answered: any other task has to have run.
  const unanswered = open.filter(({ response }) => !response.writableEnded && !response.destroyed)
  const counts = { accepted: tasks.length, ran, unanswered: unanswered.length }
  appendFileSync(SUITE_REPORT, `${JSON.stringify(counts)}\n`)
})
