import { describe, expect, it } from 'vitest'
import { childProcesses } from './child.js'

const runChild = childProcesses()

describe('the process', () => {
  it('has no handler and no timer of ours after the import and a runner', async () => {
    const { code, stdout } = await runChild(`
function look() {
  const handlers = process.eventNames().map((name) => [String(name), process.listenerCount(name)])
  return JSON.stringify({ handlers, resources: process.getActiveResourcesInfo() })
}
const before = look()
const { createRunner, background, Tasks } = require('@backgrounder/core')
createRunner()
new Tasks()
background(() => {})
console.log(before === look(), before, look())
`)
    expect(stdout).toMatch(/^true /)
    expect(code).toBe(0)
  })

  it('has no handler and no timer of ours after tasks have run and a drain is over', async () => {
    const { stdout } = await runChild(`
const { createRunner } = require('@backgrounder/core')
const names = process.eventNames().length
async function main() {
  const runner = createRunner({ onError() {} })
  runner.addTask(async () => {})
  runner.addTask(() => { throw new Error() })
  await runner.drain()
  const resources = process.getActiveResourcesInfo()
  console.log(process.eventNames().length - names, resources.includes('Timeout'))
}
main()
`)
    expect(stdout.trim()).toBe('0 false')
  })

  it('ends with the error that a timer of a task throws: it is its own', async () => {
    const { code, stdout, stderr } = await runChild(`
const { createRunner } = require('@backgrounder/core')
const runner = createRunner({ onError: () => console.log('onError') })
runner.addTask(() => {
  setTimeout(() => { throw new Error('from a timer') }, 1)
})
`)
    expect(code).toBe(1)
    expect(stderr).toContain('Error: from a timer')
    expect(stderr).not.toMatch(/^task /m)
    expect(stdout).toBe('')
  })

  it('ends with a rejection that a task leaves behind: it is its own', async () => {
    const { code, stderr } = await runChild(`
const { createRunner } = require('@backgrounder/core')
createRunner().addTask(() => { Promise.reject(new Error('left behind')) })
`)
    expect(code).toBe(1)
    expect(stderr).toContain('Error: left behind')
  })

  it('is not kept alive by a task that never settles', async () => {
    const { code, stdout, stderr } = await runChild(`
const { createRunner, background } = require('@backgrounder/core')
const run = createRunner().addTask(() => new Promise(() => {}))
background(() => new Promise(() => {}))()
process.on('exit', () => console.log(run.state))
`)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'running\n', stderr: '' })
  })

  it('is kept alive until every task has had its start', async () => {
    const { stdout } = await runChild(`
const { createRunner } = require('@backgrounder/core')
const runner = createRunner()
let depth = 0
function next() {
  depth += 1
  if (depth < 100) runner.addTask(next)
}
runner.addTask(next)
process.on('exit', () => console.log(depth))
`)
    expect(stdout).toBe('100\n')
  })

  it('is not kept alive by a timeout, a queueTimeout or a warning to come', async () => {
    const { code, stdout } = await runChild(`
const { createRunner } = require('@backgrounder/core')
const runner = createRunner({ concurrency: 1, timeout: 1e6, queueTimeout: 1e6, slowWarning: 1e6 })
const runs = [runner.addTask(() => new Promise(() => {})), runner.addTask(() => {})]
process.on('exit', () => console.log(runs.map(({ state }) => state).join()))
`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'running,ready\n' })
  })

  it('has no timer of ours left, whatever the policies have come to', async () => {
    const { code, stdout } = await runChild(`
const { createRunner, currentTask, Task } = require('@backgrounder/core')
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const fail = async () => { throw new Error('no route') }
async function main() {
  const runner = createRunner({
    concurrency: 3, timeout: 20, queueTimeout: 1e6, retries: { attempts: 2, delay: 1 }, onError() {},
  })
  runner.addTask(() => later(1))
  runner.addTask(() => later(30))
  runner.addTask(fail)
  runner.addTask(() => {}).cancel()
  const run = runner.addTask(() => { run.cancel(); return later(1) })
  runner.addTask(() => new Task(fail).with({ timeout: 1e6, retries: { delay: 1 } })())
  runner.track(later(1))
  await runner.drain({ timeout: 1e6 })
  console.log(process.getActiveResourcesInfo().includes('Timeout'), runner.stats.pending)
}
main()
`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'false 0\n' })
  })

  it('survives every failure under every policy, and nothing reaches its own handlers', async () => {
    const { code, stdout } = await runChild(`
const { createRunner, Task, Tasks } = require('@backgrounder/core')
for (const event of ['uncaughtException', 'unhandledRejection', 'warning']) {
  process.on(event, (error) => console.log(event, error))
}
const fail = () => { throw new Error('broken') }
const hostile = new Proxy({}, new Proxy({}, { get: () => fail }))
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const arounds = [undefined, (run, next) => next(), async (run, next) => { next(); fail() }]
const retryIfs = [undefined, () => true, fail, async () => fail(), () => hostile]
const kinds = { count: 0 }
for (const around of arounds) {
  for (const retryIf of retryIfs) {
    const runner = createRunner({
      around, timeout: 5, retries: { attempts: 2, delay: 0, retryIf }, logger: { error: fail },
      waitUntil: fail, asyncContext: Boolean(around),
    })
    for (const error of [undefined, null, new Error('x'), Object.create(null), hostile]) {
      runner.addTask(() => { throw error })
      runner.addTask(() => Promise.reject(error))
      runner.addTask(async () => { await later(10); throw error })
      runner.addTask(new Tasks([new Task(() => { throw error }).with({ timeout: 1, retries: 1 })]))
      runner.track(Promise.reject(error))
      const run = runner.addTask(async () => { await later(1); run.cancel(error); throw error })
    }
    runner.drain().then(({ ok, abandoned }) => { if (ok && !abandoned.length) kinds.count += 1 })
  }
}
process.on('exit', () => console.log(kinds.count))
`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '15\n' })
  })

  it('survives every failure, and nothing reaches its own handlers', async () => {
    const { code, stdout } = await runChild(`
const { createRunner, Task, Tasks } = require('@backgrounder/core')
for (const event of ['uncaughtException', 'unhandledRejection', 'warning']) {
  process.on(event, (error) => console.log(event, error))
}
const fail = () => { throw new Error('broken') }
const hostile = new Proxy({}, new Proxy({}, { get: () => fail }))
const group = (options) => new Tasks([fail, async () => fail(), () => Promise.reject()].map((f) =>
  new Task(f)), options)
for (const logger of [{ error() {} }, { error: fail }, { error: async () => fail() }]) {
  for (const onError of [undefined, fail, async () => fail(), () => new Promise(() => {})]) {
    const runner = createRunner({ logger, onError })
    for (const error of [undefined, null, new Error('x'), Object.create(null), hostile]) {
      runner.addTask(() => { throw error })
      runner.addTask(() => Promise.reject(error))
      runner.addTask(() => ({ then() { throw error } }))
      runner.addTask(() => ({ then(yes, no) { no(error); yes(); no(error) } }))
      runner.addTask(() => error).done
    }
    runner.addTask(group())
    runner.addTask(group({ asGroup: true }))
    runner.addTask(group({ asGroup: true, onFailure: 'continue' }))
  }
}
process.on('exit', () => console.log('alive'))
`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'alive\n' })
  })
})
