import { describe, expect, it } from 'vitest'
import { onSources, runNode } from './child.js'

// docs/observing.md: how the warnings of the process are heard and switched off.

const script = (options: string) => `
const { createRunner } = require('@backgrounder/core')
process.on('warning', ({ name, code }) => console.log(name, code))
const runner = createRunner({ slowWarning: 5, blockedWarning: false, ${options} })
runner.addTask(function resize() {
  return new Promise((resolve) => setTimeout(resolve, 200))
})
`

const run = (flags: string[], env: Record<string, string> = {}, options = '') =>
  runNode([...onSources, ...flags, '--eval', script(options)], env)

const heard = 'BackgrounderWarning BG_SLOW\n'

describe('a warning', () => {
  it('is heard by a listener, and is a line on stderr', async () => {
    const { stdout, stderr } = await run([])
    expect(stdout).toBe(heard)
    expect(stderr).toMatch(
      /\[BG_SLOW\] BackgrounderWarning: Task resize has been running for \d+ ms/,
    )
  })

  it.each<[string, string[], Record<string, string>]>([
    ['--disable-warning=BG_SLOW', ['--disable-warning=BG_SLOW'], {}],
    ['--disable-warning=BackgrounderWarning', ['--disable-warning=BackgrounderWarning'], {}],
    ['NODE_NO_WARNINGS=1', [], { NODE_NO_WARNINGS: '1' }],
  ])('is not printed, and still heard, with %s', async (_, flags, env) => {
    const { stdout, stderr } = await run(flags, env)
    expect([stdout, stderr]).toEqual([heard, ''])
  })

  it('is not there at all where its option is false', async () => {
    const { code, stdout, stderr } = await run([], {}, 'slowWarning: false')
    expect([code, stdout, stderr]).toEqual([0, '', ''])
  })
})
