import { createRunner } from '@backgrounder/core'
import { expect, it, onTestFinished } from 'vitest'
import { Collector } from '../src/collector.js'
import { type Picture, View } from '../src/view.js'

it('who comes later is told of each failure once', async () => {
  const runner = createRunner({ logger: { error() {} } })
  const collector = new Collector(new Map([['', runner]]))
  onTestFinished(() => collector.close())
  const view = new View(collector, { authorize: () => 'read' })
  const fail = () => runner.addTask(() => Promise.reject(new Error('no'))).done.catch(() => {})
  await fail()
  view.open()
  expect(keys(view.full)).toEqual([1])
  await fail()
  // Somebody comes between two looks: what is new is told to all with the next one.
  const first = keys(view.full)
  const then = keys(view.changes())
  expect([...first, ...then]).toEqual([1, 2])
  expect(keys(view.full)).toEqual([1, 2])
})

function keys(json: string | undefined): number[] {
  const { failures = [] } = JSON.parse(json ?? '{}') as Picture
  return failures.map(({ key }) => key)
}
