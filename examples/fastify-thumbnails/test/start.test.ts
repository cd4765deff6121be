import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { expectSample } from './expect-sample.js'

const timeout = 600_000 // a large image, and the machine may be slow
vi.setConfig({ testTimeout: timeout })

test('npm start serves; SIGTERM lets the thumbnails be made, and the process ends', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'thumbnails-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const flags = ['--conditions=@backgrounder/source', '--import', 'tsx', 'start.ts']
  const child = spawn(process.execPath, flags, {
    cwd: path.resolve(import.meta.dirname, '..'),
    env: { ...process.env, NODE_ENV: undefined, PORT: '0', FOLDER: folder },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close')
  const output = { out: '', err: '' }
  child.stdout.on('data', (data) => (output.out += data))
  child.stderr.on('data', (data) => (output.err += data))

  const command = /curl -i (?<images>\S+) -H (?<header>\S+) --data-binary @(?<sample>\S+)\n/
  await vi.waitFor(() => expect(output.out + output.err).toMatch(command), timeout)
  const { images = '', header = '', sample = '' } = command.exec(output.out)?.groups ?? {}
  const [name = '', value = ''] = header.split(':')
  const body = new Uint8Array(await readFile(sample))
  const upload = () => fetch(images, { method: 'POST', body, headers: { [name]: value } })

  const first = await upload()
  expect(first.status).toBe(202)
  const location = new URL(String(first.headers.get('location')), images)
  const thumbnail = await vi.waitFor(async () => {
    const answer = await fetch(location)
    expect(answer.status).toBe(200)
    return Buffer.from(await answer.arrayBuffer())
  }, timeout)
  await expectSample(thumbnail, [160, 120])

  expect((await upload()).status).toBe(202)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(output.err).toBe('')
  const made = (await readdir(folder)).filter((file) => file.endsWith('.png'))
  expect(made).toHaveLength(2)
  for (const file of made) await expectSample(await readFile(path.join(folder, file)), [160, 120])
})
