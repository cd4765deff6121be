import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setEnvironmentData } from 'node:worker_threads'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { comesTo, makeGate, open } from '../../../packages/threads/test/gate.js'
import { buildApp, type Settings } from '../app.js'
import { paintSample } from '../sample.js'
import { expectSample } from './expect-sample.js'

vi.setConfig({ testTimeout: 180_000 }) // decoding computes, and the machine may be slow

let folder: string
beforeEach(async ({ onTestFinished }) => {
  const made = await mkdtemp(path.join(tmpdir(), 'thumbnails-'))
  folder = made
  onTestFinished(() => rm(made, { recursive: true })) // the last: the app that writes there is closed before
})

test.each([
  { type: 'image/jpeg', width: 1_200, height: 900, size: [160, 120] },
  { type: 'image/png', width: 300, height: 900, size: [53, 160] },
  { type: 'image/png', width: 40, height: 20, size: [40, 20] },
] as const)('a $type of $width x $height has a thumbnail of $size', async (image) => {
  const { app, upload, get } = await startApp()
  const answer = await upload(await paintSample(image.width, image.height, image.type), image.type)
  expect([answer.status, answer.body]).toEqual([202, ''])

  await app.taskRunner.settled()
  const thumbnail = await get(answer.location)
  expect([thumbnail.status, thumbnail.type]).toEqual([200, 'image/png'])
  await expectSample(thumbnail.bytes, image.size)
})

describe('while a thread is blocked', () => {
  test('others are answered, and hear that the thumbnail is being made', async () => {
    const gate = holdThreads()
    const { app, upload, get } = await startApp({ module: held })
    const sample = await paintSample(200, 100)
    const first = await upload(sample)
    await comesTo(gate)

    const [early, second] = [await get(first.location), await upload(sample)]
    expect([early.status, early.body]).toEqual([202, '{"state":"running"}'])
    expect(second.status).toBe(202)
    expect((await get('/thumbnails/7')).status).toBe(404)
    expect(await readdir(folder)).toEqual([])

    open(gate)
    await app.taskRunner.settled()
    for (const { location } of [first, second]) {
      await expectSample((await get(location)).bytes, [160, 80])
    }
  })

  test('no more images are kept than there is room for: the answer is a 503', async () => {
    const gate = holdThreads()
    const { app, upload } = await startApp({ module: held })
    const sample = await paintSample(40, 20)
    const statuses: number[] = []
    for (let count = 0; count < 51; count += 1) statuses.push((await upload(sample)).status)
    expect(statuses).toEqual([...Array(50).fill(202), 503])

    open(gate)
    await app.taskRunner.settled()
    expect(await readdir(folder)).toHaveLength(50)
    expect((await upload(sample)).status).toBe(202)
  })

  test('close() refuses what is new, and waits for the thumbnails', async () => {
    const gate = holdThreads()
    const { app, upload, get } = await startApp({ module: held })
    const sample = await paintSample(200, 100)
    for (let count = 0; count < 3; count += 1) expect((await upload(sample)).status).toBe(202)
    await comesTo(gate)

    let isClosed = false
    const closed = app.close().then(() => {
      isClosed = true
    })
    const refused = { cause: { code: 'ECONNREFUSED' } }
    await vi.waitFor(() => expect(get('/thumbnails/7')).rejects.toMatchObject(refused), 60_000)
    expect([isClosed, await readdir(folder)]).toEqual([false, []])

    open(gate)
    await closed
    const files = await readdir(folder)
    expect(files).toHaveLength(3)
    for (const file of files) await expectSample(await readFile(path.join(folder, file)), [160, 80])
  })
})

describe('an image that cannot be read', () => {
  const tooLarge = /9000 x 9000 is too large|maxResolutionInMP/
  test.each([
    ['is no image', async () => Buffer.alloc(5_000, 'no image'), /Could not find MIME/],
    ['is empty', async () => Buffer.alloc(0), /Could not find MIME/],
    ['ends in the middle', async () => (await png()).subarray(0, 300), /./],
    ['is of another format', async () => Buffer.from('GIF89a\x01\0\x01\0\0\0\0;'), /image\/gif/],
    [
      'is a PNG that says it is gigantic',
      async () => grown(await png(), 'IHDR', [6, 10]),
      tooLarge,
    ],
    ['is a JPEG that says so', async () => grown(await jpeg(), '\xff\xc0', [5, 7]), tooLarge],
  ])('that %s is a failure: it is reported, and the next one is made', async (_, make, why) => {
    const reported: [unknown, string][] = []
    const { app, upload, get } = await startApp({
      onError: (error, { name }) => reported.push([error, name]),
    })
    const broken = await upload(await make())
    const good = await upload(await png(), 'image/png')
    expect([broken.status, good.status]).toEqual([202, 202])

    await app.taskRunner.settled()
    const cause = { message: expect.stringMatching(why) }
    expect(reported).toMatchObject([[{ code: 'NOT_AN_IMAGE', cause }, 'makeThumbnail']])
    const answer = await get(broken.location)
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      422,
      { state: 'failed', error: 'It cannot be read as a JPEG or a PNG' },
    ])
    await expectSample((await get(good.location)).bytes, [160, 80])
  })

  test.each([
    ['application/json', '{}'],
    ['text/plain', 'an image'],
    ['image/gif', 'GIF89a'],
  ])('that comes as %s is not taken', async (type, body) => {
    const { app, upload } = await startApp()
    expect((await upload(Buffer.from(body), type)).status).toBe(415)
    expect(app.taskRunner.stats.pending).toBe(0)
  })
})

test('a thumbnail that cannot be written is a failure, and not the fault of the image', async () => {
  const codes: unknown[] = []
  const { app, upload, get } = await startApp({
    folder: path.join(folder, 'missing'),
    onError: (error) => codes.push((error as { code?: unknown }).code),
  })
  const { location } = await upload(await png(), 'image/png')
  await app.taskRunner.settled()
  const answer = await get(location)
  expect([answer.status, answer.body]).toEqual([500, '{"state":"failed"}'])
  expect(codes).toEqual(['ENOENT'])
})

const held = path.join(import.meta.dirname, 'held-thumbnail.ts')

/** From here on the threads that are made stand at this gate, until it is opened. */
function holdThreads(): Int32Array {
  const gate = makeGate()
  setEnvironmentData('gate', gate)
  onTestFinished(() => setEnvironmentData('gate', undefined))
  gates.push(gate)
  return gate
}

const gates: Int32Array[] = []

/** The app on a port, and a client of it. */
async function startApp(settings: Partial<Settings> = {}) {
  const app = await buildApp({ folder, ...settings })
  onTestFinished(async () => {
    for (const gate of gates.splice(0)) open(gate)
    await app.close()
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(url + path, init)
    const bytes = Buffer.from(await response.arrayBuffer())
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      location: String(response.headers.get('location')),
      bytes,
      body: bytes.toString(),
    }
  }
  const upload = (image: Buffer, type = 'image/jpeg') =>
    ask('/images', {
      method: 'POST',
      body: new Uint8Array(image),
      headers: { 'content-type': type },
    })
  return { app, upload, get: (path: string) => ask(path) }
}

const png = () => paintSample(200, 100, 'image/png')
const jpeg = () => paintSample(200, 100, 'image/jpeg')

/** The same image, whose header says that it is 9,000 x 9,000: so far behind a mark. */
function grown(image: Buffer, mark: string, places: readonly number[]): Buffer {
  const at = image.indexOf(mark, 0, 'latin1')
  for (const place of places) image.writeUInt16BE(9_000, at + place)
  return image
}
