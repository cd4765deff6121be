import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tell } from './run-child.js'
import { draw } from './tree.js'

// The worker is started inside of a span here, which is none of its jobs' business.

const linked = `
internal startup
server GET /signup
consumer process welcomeMail #1 succeeded → server GET
└─ client GET /mail
   └─ server GET /mail`.trim()

const child = `
internal startup
server GET /signup
└─ consumer process welcomeMail #1 succeeded
   └─ client GET /mail
      └─ server GET /mail`.trim()

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return path.join(folder, 'jobs')
}

describe.each([
  ['memory', 'in memory'],
  ['pglite', 'in a folder, by PGlite'],
])('a job that is kept %s', (engine) => {
  it('is a trace of its own with a link to the request that enqueued it', async () => {
    const { spans, open } = await tell(engine, { framework: 'express', folder: await makeFolder() })
    expect(draw(spans)).toBe(linked)
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(3)
    expect(open).toBe(0)
  })

  it("is in the trace of that request with propagation: 'child'", async () => {
    const config = { propagation: 'child' }
    const { spans } = await tell(engine, { framework: 'koa', folder: await makeFolder(), config })
    expect(draw(spans)).toBe(child)
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(2)
  })
})
