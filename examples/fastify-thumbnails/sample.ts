import { Jimp } from './jimp.js'

/** The colours of a sample: top left, top right, bottom left, bottom right. */
export const colours = [0xc0392bff, 0x27ae60ff, 0x2980b9ff, 0xf1c40fff] as const

/** An image of four colours, as a camera or a program would write it. */
export async function paintSample(
  width: number,
  height: number,
  type: 'image/jpeg' | 'image/png' = 'image/jpeg',
): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 4)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const quarter = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)
      data.writeUInt32BE(colours[quarter] as number, (y * width + x) * 4)
    }
  }
  return await new Jimp({ data, width, height }).getBuffer(type)
}
