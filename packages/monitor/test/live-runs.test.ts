import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { background, createRunner, type Runner } from '@backgrounder/core'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { Collector } from '../src/collector.js'
import { LiveRuns, type RunChanges } from '../src/live-runs.js'
import type { RunRow } from '../src/run-row.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

let runner: Runner
let runs: LiveRuns
let shown: Map<string, RunRow>

beforeEach(() => {
  runner = createRunner({ concurrency: 1_000, logger: { error() {} } })
  const collector = new Collector(new Map([['', runner]]))
  onTestFinished(() => collector.close())
  runs = new LiveRuns(collector, undefined)
  collector.onSettled = runs.settled
  shown = new Map()
})

/** What a page does with what it is told. */
function look(): RunChanges {
  const changes = runs.look()
  for (const row of changes.rows) shown.set(row.key, row)
  for (const key of changes.gone) expect(shown.delete(key)).toBe(true)
  // Who comes now is told the same.
  expect(sorted(runs.rows)).toEqual(sorted(shown.values()))
  return changes
}

function sorted(rows: Iterable<RunRow>): RunRow[] {
  return [...rows].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Starts tasks that run until they are told to end. */
async function start(count: number): Promise<() => Promise<void>> {
  const ends: (() => void)[] = []
  for (let index = 0; index < count; index += 1) {
    runner.addTask(() => new Promise<void>((resolve) => ends.push(resolve)))
  }
  await expect.poll(() => ends.length).toBe(count)
  return async () => {
    for (const end of ends) end()
    await runner.settled()
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

it('what has ended is shown, and no task is kept for it', async () => {
  const kept: WeakRef<object>[] = []
  const add = () => {
    for (let index = 0; index < 3; index += 1) kept.push(new WeakRef(runner.addTask(nextTurn)))
  }
  add()
  look()
  add() // these come and go between two looks
  await runner.settled()
  look()
  expect([...shown.values()].map(({ state }) => state)).toEqual(Array(6).fill('succeeded'))
  await nextTurn()
  await expect
    .poll(() => {
      collectGarbage()
      return kept.filter((run) => run.deref()).length
    })
    .toBe(0)
  expect(shown.size).toBe(6)
})

it('of many that end at once there are as many rows as there is room for', async () => {
  const end = await start(150)
  look()
  expect(shown.size).toBe(150)
  await end()
  const endNext = await start(160)
  const { rows, gone } = look()
  expect(shown.size).toBe(200)
  expect(count('running')).toBe(150)
  // None is told of that is gone at once.
  expect(rows.filter(({ key }) => gone.includes(key))).toEqual([])
  await endNext()
  look()
  expect(shown.size).toBe(200)
  expect(count('running')).toBe(0)
})

it('one that is out of time is one row, whose time stays when its function has ended', async () => {
  let end = () => {}
  const stay = () => new Promise<void>((resolve) => (end = resolve))
  runner.addTask(background(stay, { timeout: 5 }))
  await expect.poll(() => runner.stats.timedOut).toBe(1)
  look()
  const [row] = [...shown.values()]
  expect(row).toMatchObject({ state: 'timedOut', isOverdue: true, ms: expect.any(Number) })
  end()
  await runner.settled()
  look()
  expect([...shown.values()]).toEqual([{ ...row, isOverdue: false }])
})

it('of what comes and goes between two looks six are shown', async () => {
  for (let index = 0; index < 20; index += 1) runner.addTask(() => {})
  await runner.settled()
  look()
  expect(shown.size).toBe(6)
  expect([...shown.values()].every(({ ms }) => ms !== undefined)).toBe(true)
})

function count(state: RunRow['state']): number {
  return [...shown.values()].filter((row) => row.state === state).length
}
