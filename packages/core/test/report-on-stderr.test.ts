import { describe, expect, it } from 'vitest'
import { childProcesses } from './child.js'

const runChild = childProcesses()

const failing = `const { background, createRunner } = require('@backgrounder/core')
function send() {
  throw new Error('no route')
}
const welcomeMail = background(send, { name: 'welcome-mail' })
const runner = createRunner()
function signup() {
  runner.addTask(welcomeMail)
}
signup()
`

describe('the default report on stderr', () => {
  it('has what failed, the stack, and where it was added', async () => {
    const { code, stdout, stderr } = await runChild(failing)
    const lines = stderr.split('\n')
    expect(lines[0]).toMatch(/^task welcome-mail failed · attempt 1\/1 · \d+ ms$/)
    expect(lines[1]).toBe('    Error: no route')
    expect(lines[2]).toMatch(/^ {8}at send \(.*main\.js:3:9\)$/)
    expect(lines.slice(3, -2)).toSatisfy((rest: string[]) =>
      rest.every((line) => line.startsWith('        at ')),
    )
    expect(lines.at(-2)).toBe('    added at main.js:8')
    expect(lines.at(-1)).toBe('')
    expect(stdout).toBe('')
    expect(code).toBe(0)
  })

  it('does not say where it was added in production', async () => {
    const { code, stderr } = await runChild(failing, { NODE_ENV: 'production' })
    const lines = stderr.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^task welcome-mail failed · attempt 1\/1 · \d+ ms$/)
    expect(lines[1]).toBe('    Error: no route')
    expect(lines.slice(2)).toSatisfy((rest: string[]) =>
      rest.every((line) => line.startsWith('        at ')),
    )
    expect(code).toBe(0)
  })

  const load = "const core = require('@backgrounder/core')"
  const unnamed = 'Array.of(0).forEach(() => {'
  const named = 'Array.of(0).forEach(function signup() {'
  const method = 'new (class { signup(f) { f() } })().signup(() => {'

  it.each([
    ['a named function', 'main.js', load, named],
    ['a function without a name', 'main.js', load, unnamed],
    ['a callback of a method', 'main.js', load, method],
    ['a module', 'main.mjs', "import * as core from '@backgrounder/core'", unnamed],
    ['a folder with spaces', 'my src/main.js', load, unnamed],
    ['a folder with parentheses', '(old) src/main.js', load, unnamed],
    ['a named function in such a folder', '(old) src/main.js', load, named],
  ])('says where it was added in %s', async (_, file, first, second) => {
    const source = `${first}
const runner = core.createRunner()
${second}
  runner.addTask(() => Promise.reject('no route'))
})
`
    const { stderr } = await runChild(source, {}, file)
    const lines = stderr.trimEnd().split('\n')
    expect(lines.slice(1)).toEqual(["    'no route'", `    added at ${file}:4`])
  })

  it.each([
    ['a called definition', 'background(() => Promise.reject(7))()'],
    ['a Task', 'createRunner().addTask(new Task(() => Promise.reject(7)))'],
    ['a Tasks', 'createRunner().addTask(new Tasks([new Task(() => Promise.reject(7))]))'],
  ])('says where %s was added', async (_, add) => {
    const { stderr } = await runChild(
      `const { background, createRunner, Task, Tasks } = require('@backgrounder/core')
function main() {
  ${add}
}
main()
`,
    )
    const lines = stderr.trimEnd().split('\n')
    expect(lines.slice(1)).toEqual(['    7', '    added at main.js:3'])
  })

  it('lets no control character through to the terminal', async () => {
    const { stderr } = await runChild(
      `const { createRunner } = require('@backgrounder/core')
createRunner().addTask(() => Promise.reject(new Error('no\\ntask forged failed\\u001b[32m\\r')))
`,
    )
    const [first, second] = stderr.split('\n')
    expect(first).toMatch(/^task \(anonymous\) failed · attempt 1\/1 · \d+ ms$/)
    expect(second).toBe('    Error: no\\ntask forged failed\\u001b[32m\\u000d')
    expect(stderr).not.toContain('\u001b')
    expect(stderr).not.toContain('\r')
  })
})

describe('NODE_DEBUG=backgrounder', () => {
  const source = `const { createRunner } = require('@backgrounder/core')
const runner = createRunner({ onError() {} })
const run = runner.addTask(async function hello() {})
runner.addTask(function broken() { throw new Error() })
runner.addTask(Object.defineProperty(() => {}, 'name', { value: 'two\\nlines' }))
runner.settled().then(() => console.log(run.id))
`

  it('prints each change of state on a line of its own', async () => {
    const { stdout, stderr } = await runChild(source, { NODE_DEBUG: 'backgrounder' })
    const lines = stderr.trimEnd().split('\n')
    expect(lines.filter((line) => line.includes(` ${stdout.trim()} `))).toEqual([
      expect.stringMatching(/^BACKGROUNDER \d+: \S+ waiting hello$/),
      expect.stringMatching(/^BACKGROUNDER \d+: \S+ ready hello$/),
      expect.stringMatching(/^BACKGROUNDER \d+: \S+ running hello$/),
      expect.stringMatching(/^BACKGROUNDER \d+: \S+ succeeded hello$/),
    ])
    const broken = lines
      .filter((line) => line.endsWith(' broken'))
      .map((line) => line.split(' ')[3])
    expect(broken).toEqual(['waiting', 'ready', 'running', 'failed'])
    expect(lines).toHaveLength(12)
    expect(lines.filter((line) => line.endsWith(' two\\nlines'))).toHaveLength(4)
  })

  it('prints nothing otherwise', async () => {
    expect((await runChild(source)).stderr).toBe('')
  })
})
