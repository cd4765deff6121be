import { afterEach, describe, expect, it } from 'vitest'
import type { Framework, Kind } from './framework.js'
import { naiveFails } from './naive-fails.js'
import { type Row, Stage, setPatience } from './row.js'
import { parts } from './rows/index.js'

/** What a test tells the table about its cell: see `scripts/matrix.mjs`. */
interface Cell {
  readonly row: string
  readonly part: string
  readonly mark: 'A' | 'B' | 'C' | 'E'
  readonly framework: string
  readonly kind: Kind
  /** What is expected of it, and what it does if its test passes. */
  readonly verdict: 'keeps' | 'breaks' | 'cannot be'
  /** Why it cannot be. */
  readonly reason?: string
}

declare module 'vitest' {
  interface TaskMeta {
    cell?: Cell
  }
}

/** Runs every row on these frameworks: with our adapter, and with the naive one beside it. */
export function runMatrix(frameworks: readonly ((kind: Kind) => Framework)[]): void {
  let stage: Stage | undefined
  afterEach(() => stage?.close())

  function test(part: string, row: Row, framework: Framework, kind: Kind): void {
    const { name, mark = 'A', not } = row
    const reason = not?.(framework)
    const breaks = kind === 'naive' && (naiveFails[framework.name] ?? []).includes(name)
    const cell: Cell = {
      ...{ row: name, part, mark, framework: framework.name, kind },
      verdict: reason ? 'cannot be' : breaks ? 'breaks' : 'keeps',
      ...(reason && { reason }),
    }
    const meta = { cell }
    // Not a test that waits for something: the framework cannot have this case. It stays in the list,
    // and in the table, with the reason.
    if (reason) {
      it.skip(`${name} (not here: ${reason})`, { meta }, () => {})
      return
    }
    const run = breaks ? it.fails : it
    run(name, { meta }, async () => {
      setPatience(breaks ? 300 : 10_000)
      stage = new Stage(framework)
      await row.run(stage)
    })
  }

  for (const make of frameworks) {
    for (const kind of ['ours', 'naive'] as const) {
      const framework = make(kind)
      describe(kind === 'ours' ? framework.name : `naive on ${framework.name}`, () => {
        for (const [part, rows] of Object.entries(parts)) {
          for (const row of rows) {
            if (kind === 'ours' || !row.oursOnly) test(part, row, framework, kind)
          }
        }
      })
    }
    it(`what the naive adapter fails on ${make('naive').name} are rows that it has`, () => {
      const { name } = make('naive')
      const shared = Object.values(parts)
        .flat()
        .filter((row) => !row.oursOnly && !row.not?.(make('naive')))
      const names = shared.map((row) => row.name)
      expect((naiveFails[name] ?? []).filter((row) => !names.includes(row))).toEqual([])
    })
  }
}
