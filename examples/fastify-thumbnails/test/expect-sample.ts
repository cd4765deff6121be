import { expect } from 'vitest'
import { Jimp } from '../jimp.js'
import { colours } from '../sample.js'

/** A PNG of a sample: it is of that size, and each quarter has its colour. */
export async function expectSample(image: Buffer, size: readonly number[]): Promise<void> {
  const { mime, width, height, bitmap } = await Jimp.fromBuffer(image)
  expect([mime, width, height]).toEqual(['image/png', ...size])
  for (const [quarter, colour] of colours.entries()) {
    const x = Math.floor(width * (quarter % 2 === 0 ? 0.25 : 0.75))
    const y = Math.floor(height * (quarter < 2 ? 0.25 : 0.75))
    const at = (y * width + x) * 4
    const pixel = [...bitmap.data.subarray(at, at + 4)]
    const wanted = [24, 16, 8, 0].map((bits) => (colour >>> bits) & 0xff)
    // A JPEG keeps a colour nearly.
    const far = pixel.map((value, index) => Math.abs(value - (wanted[index] as number)))
    expect(Math.max(...far), `${pixel} at ${x}, ${y} is not ${wanted}`).toBeLessThanOrEqual(6)
  }
}
