import { afterEach, describe, expect, it } from 'vitest'
import { frameworks } from './frameworks/index.js'
import { naiveFails } from './naive-fails.js'
import { type Row, Stage, setPatience } from './row.js'
import { rows } from './rows/index.js'

let stage: Stage
afterEach(() => stage.close())

const named = (list: Row[]) => list.map((row) => [row.name, row] as const)

describe.each(frameworks.map((framework) => framework('ours')))('$name', (framework) => {
  it.each(named(rows))('%s', async (_name, row) => {
    setPatience(3_000)
    stage = new Stage(framework)
    await row.run(stage)
  })
})

describe.each(frameworks.map((framework) => framework('naive')))('naive on $name', (framework) => {
  const fails = naiveFails[framework.name] ?? []
  const shared = rows.filter((row) => !row.oursOnly)
  const passing = shared.filter((row) => !fails.includes(row.name))
  const failing = shared.filter((row) => fails.includes(row.name))

  it('is listed with rows that exist', () => {
    expect(failing.map((row) => row.name).sort()).toEqual([...fails].sort())
  })

  it.each(named(passing))('passes: %s', async (_name, row) => {
    setPatience(3_000)
    stage = new Stage(framework)
    await row.run(stage)
  })

  it.fails.each(named(failing))('fails: %s', async (_name, row) => {
    setPatience(300)
    stage = new Stage(framework)
    await row.run(stage)
  })
})
