import { execFile } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const work = path.join(import.meta.dirname, 'fixtures/work.mjs')

/** Runs a script in a process of its own, on what was built; the code with which it has ended. */
function runChild(
  source: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const script = `const { threaded } = require('@backgrounder/threads')
const { createRunner, currentTask } = require('@backgrounder/core')
const work = threaded(${JSON.stringify(work)})
${source}`
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: undefined }
    const options = { cwd: import.meta.dirname, env, timeout: 15_000 }
    const child = execFile(process.execPath, ['-e', script], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

describe('the process', () => {
  it('starts no thread before the first use', async () => {
    const { code, stdout } = await runChild(`
work.export('add')
createRunner()
const { active } = process.report.getReport().workers.length ? { active: true } : { active: false }
console.log(active, process.getActiveResourcesInfo().includes('MessagePort'))`)
    expect([code, stdout.trim()]).toEqual([0, 'false false'])
  })

  it('ends when a task in a thread has ended, with no drain', async () => {
    const { code, stdout } = await runChild(`
const runner = createRunner()
const gate = new Int32Array(new SharedArrayBuffer(12))
runner.addTask(work.export('mark'), gate)
process.on('exit', () => console.log(gate[1], runner.stats.succeeded))`)
    expect([code, stdout.trim()]).toEqual([0, '1 1'])
  })

  it('ends after a direct call, after a called definition, and after a drain', async () => {
    const { code, stdout } = await runChild(`
async function main() {
  console.log(await work.export('add').func(1, 2))
  await work.export('add')(1, 2).done
  const runner = createRunner()
  runner.addTask(work.export('add'), 1, 2)
  console.log((await runner.drain()).succeeded)
}
main()`)
    expect([code, stdout.trim()]).toEqual([0, '3\n1'])
  })

  it('ends after a function that never yields has timed out', async () => {
    const { code, stdout } = await runChild(`
const runner = createRunner({ onError: (error) => console.log(error.code) })
const gate = new Int32Array(new SharedArrayBuffer(12))
runner.addTask(work.export('forever', { timeout: 100 }), gate)`)
    expect([code, stdout.trim()]).toEqual([0, 'BG_TIMEOUT'])
  })

  it('prints all that a function writes, however much it is', async () => {
    const { code, stdout } = await runChild(`
const runner = createRunner()
for (let task = 1; task <= 20; task += 1) runner.addTask(work.export('printLines'), 5)
runner.drain()`)
    expect([code, stdout.trim().split('\n').length]).toEqual([0, 100])
  })

  it('prints what a function writes, also when it is the last thing to happen', async () => {
    const { code, stdout } = await runChild(`
createRunner().addTask(work.export('print'), 'from the thread')`)
    expect([code, stdout.trim()]).toEqual([0, 'from the thread'])
  })
})
