import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildApp } from '../app.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'export-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('POST /exports', () => {
  test('answers where the export will be, and then writes it', async () => {
    const database = gate()
    const app = await buildApp(async function* () {
      yield 'id,name\n'
      await database.opened
      yield '1,Ada\n'
    }, folder)

    const { statusCode, headers } = await app.inject({ method: 'POST', url: '/exports' })
    expect(statusCode).toBe(202)
    const location = String(headers.location)
    expect((await app.inject(location)).statusCode).toBe(404)

    database.open()
    await app.taskRunner.settled()
    const file = await app.inject(location)
    expect(file.headers['content-type']).toContain('text/csv')
    expect(file.body).toBe('id,name\n1,Ada\n')
    await app.close()
  })

  test('close() waits for an export that is being written', async () => {
    const database = gate()
    let read = 0
    const app = await buildApp(async function* () {
      await database.opened
      read += 1
      yield '1,Ada\n'
    }, folder)
    await app.inject({ method: 'POST', url: '/exports' })

    const closed = app.close()
    expect(read).toBe(0)
    database.open()
    await closed
    expect(read).toBe(1)
  })
})

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}
