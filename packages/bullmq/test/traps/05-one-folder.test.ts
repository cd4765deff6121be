import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { bullmqEngine } from '@backgrounder/bullmq'
import { PGlite } from '@electric-sql/pglite'
import { beforeAll, describe, expect, it } from 'vitest'

let parent: string
beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-folder-'))
})

describe('a folder of an embedded store', () => {
  it('is opened twice by PGlite, without a word', async () => {
    const folder = path.join(parent, 'plain')
    const first = await PGlite.create(folder)
    const second = await PGlite.create(folder)
    await first.exec('CREATE TABLE a (id int)')
    await second.exec('CREATE TABLE b (id int)')
    await first.close()
    await second.close()
  }, 60_000)

  it('is for one engine at a time', async () => {
    const embedded = path.join(parent, 'ours')
    const first = bullmqEngine({ embedded })
    await first.ready()
    const second = bullmqEngine({ embedded })
    await expect(second.ready()).rejects.toMatchObject({
      code: 'BG_FOLDER_IN_USE',
      message: expect.stringContaining('is used by another engine of this process'),
    })
    await first.close()
    await second.ready() // it may be asked again
    await second.close()
    expect((await readdir(parent)).filter((name) => name.startsWith('ours'))).toEqual(['ours'])
  }, 60_000)

  it.each([
    ['of a process that is gone', () => ({ pid: deadPid(), started: '' })],
    ['of another process that had the same pid', () => ({ pid: process.pid, started: 'before' })],
    ['that was never written whole', () => 'not JSON'],
  ])(
    'a lock %s is no hindrance',
    async (_, holder) => {
      const embedded = path.join(parent, 'ours')
      await writeFile(`${embedded}.lock`, JSON.stringify(holder()))
      const engine = bullmqEngine({ embedded })
      await engine.ready()
      await engine.close()
      expect(existsSync(`${embedded}.lock`)).toBe(false)
    },
    60_000,
  )

  it('what was killed while it made the folder leaves no half of one', async () => {
    const embedded = path.join(parent, 'new')
    await mkdir(`${embedded}.unfinished`)
    await writeFile(path.join(`${embedded}.unfinished`, 'PG_VERSION'), '17')
    const engine = bullmqEngine({ embedded })
    await engine.ready()
    await engine.close()
    expect((await readdir(parent)).filter((name) => name.startsWith('new'))).toEqual(['new'])
  }, 60_000)
})

/** Of a process that has just ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}
