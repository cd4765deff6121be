import { describe, expect, it } from 'vitest'
import { tell } from './run-child.js'
import { draw } from './tree.js'

// With the real instrumentations of http and undici, over real servers: a request, its tasks and all
// that these ask for are one trace.

const frameworks = ['express', 'koa', 'fastify'] as const

const trees: Record<string, string> = {
  oneTask: `
server GET /signup
└─ internal process welcomeMail #1 succeeded
   └─ client GET /mail
      └─ server GET /mail`,

  byHttp: `
server GET /signup
└─ internal process welcomeMail #1 succeeded
   └─ client GET /mail
      └─ server GET /mail`,

  // Core's own name of it has the request: `(anonymous) GET /signup`.
  anonymous: `
server GET /signup
└─ internal process (anonymous) #1 succeeded
   └─ client GET /mail
      └─ server GET /mail`,

  retried: `
server GET /signup
├─ internal process welcomeMail #1 retried E_REFUSED
│  └─ client GET /refused
│     └─ server GET /refused
├─ internal process welcomeMail #2 retried E_REFUSED
│  └─ client GET /refused
│     └─ server GET /refused
└─ internal process welcomeMail #3 succeeded
   └─ client GET /mail
      └─ server GET /mail`,

  failed: `
server GET /signup
├─ internal process welcomeMail #1 failed E_REFUSED
│  └─ client GET /refused
│     └─ server GET /refused
└─ internal process audit #1 succeeded
   └─ client GET /mail
      └─ server GET /mail`,

  timedOut: `
server GET /signup
└─ internal process slow #1 timedOut BG_TIMEOUT
   └─ client GET /mail
      └─ server GET /mail`,

  cancelled: `
server GET /signup
└─ internal process slow #1 cancelled
   └─ client GET /mail
      └─ server GET /mail`,

  nested: `
server GET /signup
└─ internal process signup #1 succeeded
   ├─ client GET /a
   │  └─ server GET /a
   ├─ client GET /b
   │  └─ server GET /b
   ├─ client GET /c
   │  └─ server GET /c
   └─ client GET /d
      └─ server GET /d`,

  inner: `
server GET /signup
└─ internal process outer #1 succeeded
   └─ internal process inner #1 succeeded
      └─ client GET /mail
         └─ server GET /mail`,
}

describe.each(frameworks)('on %s', (framework) => {
  it('a task that asks another server is in the trace of its request', async () => {
    const { spans, open, metrics } = await tell('oneTask', { framework })
    expect(draw(spans)).toBe(trees.oneTask?.trim())
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(1)
    expect(open).toBe(0)
    expect(metrics).toHaveLength(8)
    const [request, task] = [...spans].sort((a, b) => a.order - b.order)
    // The request's own span is not held open.
    expect(request?.endedAt).toBeLessThan(task?.endedAt as number)
  })
})

describe('one trace', () => {
  it.each(Object.keys(trees).filter((name) => name !== 'oneTask'))('%s', async (scenario) => {
    const { spans, open } = await tell(scenario, { framework: 'express' })
    expect(draw(spans)).toBe(trees[scenario]?.trim())
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(1)
    expect(open).toBe(0)
  })

  it('ends the span of what is out of time then, and not when its function has ended', async () => {
    const { spans } = await tell('timedOut', { framework: 'koa' })
    const [, task, client] = [...spans].sort((a, b) => a.order - b.order)
    expect(task?.name).toBe('process slow')
    expect(client?.startedAt).toBeGreaterThanOrEqual(task?.endedAt as number)
  })
})

describe('with propagation', () => {
  it("'link', a task is a trace of its own that has a link to its request", async () => {
    const given = { framework: 'fastify', config: { propagation: 'link' } }
    const { spans } = await tell('oneTask', given)
    expect(draw(spans)).toBe(
      `
server GET /signup
internal process welcomeMail #1 succeeded → server GET
└─ client GET /mail
   └─ server GET /mail`.trim(),
    )
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(2)
  })

  it("'none', there is no tie", async () => {
    const { spans } = await tell('oneTask', { framework: 'koa', config: { propagation: 'none' } })
    expect(draw(spans)).toBe(
      `
server GET /signup
internal process welcomeMail #1 succeeded
└─ client GET /mail
   └─ server GET /mail`.trim(),
    )
    expect(new Set(spans.map(({ trace }) => trace)).size).toBe(2)
  })
})
