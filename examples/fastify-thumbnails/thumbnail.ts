import { writeFile } from 'node:fs/promises'
import { Jimp } from './jimp.js'

/** The longer side of a thumbnail, in pixels. */
const SIDE = 160

/** How large an image may be, in millions of pixels: each takes 4 bytes and more while it is worked on. */
const MOST_MEGAPIXELS = 50

/**
 * Runs in a thread: all of it but the writing computes, for seconds if the image is large. Writes a PNG.
 *
 * @throws Error with the code NOT_AN_IMAGE.
 */
export async function makeThumbnail(image: Buffer, file: string): Promise<void> {
  const picture = await read(image)
  // What is small already stays as it is.
  if (Math.max(picture.width, picture.height) > SIDE) picture.scaleToFit({ w: SIDE, h: SIDE })
  await writeFile(file, await picture.getBuffer('image/png'))
}

async function read(image: Buffer) {
  try {
    checkSizeOfPng(image)
    const options = { 'image/jpeg': { maxResolutionInMP: MOST_MEGAPIXELS } }
    return await Jimp.fromBuffer(image, options)
  } catch (cause) {
    // An error keeps its code on its way out of the thread, and not its class.
    const error = new Error('It cannot be read as a JPEG or a PNG', { cause })
    throw Object.assign(error, { code: 'NOT_AN_IMAGE' })
  }
}

/** The decoder believes what a PNG says of itself: a few bytes could ask for gigabytes. */
function checkSizeOfPng(image: Buffer): void {
  if (image.length < 24 || image.toString('latin1', 12, 16) !== 'IHDR') return
  const [width, height] = [image.readUInt32BE(16), image.readUInt32BE(20)]
  if (width * height > MOST_MEGAPIXELS * 1e6) throw new Error(`${width} x ${height} is too large`)
}
