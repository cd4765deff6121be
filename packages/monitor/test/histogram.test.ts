import { expect, it } from 'vitest'
import { Histogram } from '../src/histogram.js'

it('nothing: no quantile, no bar', () => {
  const histogram = new Histogram()
  expect([histogram.quantile(0.5), histogram.max, histogram.octaves()]).toEqual([undefined, 0, []])
})

it('quantiles are right to a tenth, from 1 ms to an hour', () => {
  const histogram = new Histogram()
  const times = Array.from({ length: 10_000 }, (_, index) => 1.0015 ** index)
  for (const ms of times) histogram.add(ms)
  for (const part of [0.01, 0.1, 0.5, 0.9, 0.95, 0.99]) {
    const exact = times[part * times.length] as number
    const ratio = (histogram.quantile(part) as number) / exact
    expect(ratio).toBeGreaterThan(0.9)
    expect(ratio).toBeLessThan(1.1)
  }
  expect(histogram.quantile(1)).toBe(histogram.max)
})

it('they are so where the times are few, and far from each other', () => {
  for (let ms = 1; ms < 3_600_000; ms *= 1.013) {
    const histogram = new Histogram()
    for (let index = 0; index < 96; index += 1) histogram.add(ms)
    for (let index = 0; index < 4; index += 1) histogram.add(ms * 100)
    for (const part of [0.5, 0.95]) {
      const ratio = (histogram.quantile(part) as number) / ms
      expect(ratio).toBeGreaterThan(0.9)
      expect(ratio).toBeLessThan(1.1)
    }
  }
})

it('of what took hours the longest is told', () => {
  const histogram = new Histogram()
  for (const ms of [4.2e6, 36e6]) histogram.add(ms)
  expect([histogram.quantile(0.5), histogram.quantile(0.95)]).toEqual([36e6, 36e6])
})

it('no quantile is greater than the longest', () => {
  const histogram = new Histogram()
  histogram.add(17)
  expect([histogram.quantile(0.5), histogram.quantile(0.95)]).toEqual([17, 17])
})

it('bars: less than 1 ms, less than 2, less than 4…', () => {
  const histogram = new Histogram()
  for (const ms of [0, 0.99, 1, 1.99, 2, 3.99, 4, 1e12]) histogram.add(ms)
  expect(histogram.octaves().slice(0, 5)).toEqual([2, 2, 2, 1, 0])
  expect(histogram.octaves().at(-1)).toBe(1)
  expect(histogram.octaves().length).toBe(24)
})
