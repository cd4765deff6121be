import { type ChildProcess, execFile } from 'node:child_process'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'

describe('the demo', () => {
  let whole: Promise<Result>
  beforeAll(() => {
    whole = runDemo()
  })

  test('exits 0: nothing was lost and nothing ran twice, on each framework', async () => {
    const { code, stdout, stderr } = await whole
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(totals(stdout, 'Express')).toEqual([7, 6, 1, 11, 11, 0, 0, 1, 1])
    expect(totals(stdout, 'Koa')).toEqual([7, 6, 1, 11, 11, 0, 0, 1, 1])
    expect(totals(stdout, 'Fastify')).toEqual([7, 6, 1, 11, 11, 0, 0, 1, 1])
    expect(totals(stdout, 'total')).toEqual([21, 18, 3, 33, 33, 0, 0, 3, 3])
  })

  test('shows the answer that each client has had', async () => {
    const rows = timelines((await whole).stdout)
    const answers = rows
      .filter(({ client }) => client)
      .map(({ client, answer }) => [client, answer])
    const once = [
      ['signs up', 202],
      ['hangs up early', undefined],
      ['meets a bug', 500],
      ['orders', 202],
      ['uploads a photo', 202],
      ['wants a report', 202],
      ['↳ same socket', 200],
    ]
    expect(answers).toEqual([...once, ...once, ...once])
  })

  test('shows that the task of a client that hangs up waits until it has', async () => {
    const rows = timelines((await whole).stdout)
    const gone = rows.filter(({ client, answer }) => client && !answer)
    expect(gone).toHaveLength(3)
    for (const { start, at } of gone) expect(start).toBeGreaterThanOrEqual(at)
  })

  test('shows that a slow task does not hold up the next answer on its connection', async () => {
    const rows = timelines((await whole).stdout)
    const slow = rows.filter(({ task }) => task === 'write report')
    const next = rows.filter(({ client }) => client === '↳ same socket')
    expect(slow).toHaveLength(3)
    for (const [index, { end }] of slow.entries()) expect(next[index]?.at).toBeLessThan(end - 100)
  })

  test('fits into 100 columns, and is not coloured when it is piped', async () => {
    const { stdout } = await whole
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(stdout).not.toContain('\u001b')
  })

  test('exits 1 when a task was lost', async () => {
    const { code, stdout } = await runDemo('lose')
    expect(code).toBe(1)
    expect(stdout).toContain('never ran')
    expect(totals(stdout, 'total')).toEqual([21, 18, 3, 33, 32, 1, 0, 3, 3])
  })

  test('exits 1 when a task ran twice', async () => {
    const { code, stdout } = await runDemo('twice')
    expect(code).toBe(1)
    expect(stdout).toContain('ran twice')
    expect(totals(stdout, 'total')).toEqual([21, 18, 3, 33, 32, 0, 1, 3, 3])
  })
})

interface Result {
  readonly code: ChildProcess['exitCode']
  readonly stdout: string
  readonly stderr: string
}

function runDemo(how = ''): Promise<Result> {
  const flags = ['--conditions=@backgrounder/source', '--import', 'tsx', 'main.ts']
  const cwd = path.resolve(import.meta.dirname, '..')
  const env = { ...process.env, DEMO_BREAK: how }
  return new Promise((resolve) => {
    const demo = execFile(
      process.execPath,
      flags,
      { cwd, env, timeout: 15_000 },
      (_error, stdout, stderr) => resolve({ code: demo.exitCode, stdout, stderr }),
    )
  })
}

/** The numbers in the last line of the output that begins with this name. */
function totals(output: string, name: string): number[] {
  const line = output.split('\n').findLast((text) => text.startsWith(`  ${name} `)) ?? ''
  return (line.match(/\d+/g) ?? []).map(Number)
}

interface Row {
  readonly client: string
  readonly answer: number | undefined
  readonly at: number
  readonly task: string
  readonly start: number
  readonly end: number
}

const row =
  /^ {2}(?<client>.{17})(?<answer>.{4})(?<at>.{5}) {3}(?<task>.{14})(?<start>[ \d]+) –(?<end>[ \d]+) /

function timelines(output: string): Row[] {
  return output.split('\n').flatMap((line) => {
    const found = row.exec(line)?.groups
    if (!found) return []
    const { client = '', answer, at, task = '', start, end } = found
    return {
      client: client.trim(),
      answer: Number(answer) || undefined,
      at: Number(at),
      task: task.trim(),
      start: Number(start),
      end: Number(end),
    }
  })
}
