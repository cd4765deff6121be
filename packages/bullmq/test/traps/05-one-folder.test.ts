import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { bullmqEngine } from '@backgrounder/bullmq'
import { PGlite } from '@electric-sql/pglite'
import { beforeAll, describe, expect, it } from 'vitest'
import { until } from '../until.js'

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
    expect(await readdir(embedded)).toEqual(['data'])
    expect(await readdir(parent)).toEqual(expect.arrayContaining(['ours', 'plain']))
  }, 60_000)

  it('is the same by a link to it', async () => {
    const embedded = path.join(parent, 'ours')
    await symlink(embedded, path.join(parent, 'link'))
    const first = bullmqEngine({ embedded })
    await first.ready()
    const second = bullmqEngine({ embedded: path.join(parent, 'link') })
    await expect(second.ready()).rejects.toMatchObject({ code: 'BG_FOLDER_IN_USE' })
    await second.close()
    await first.close()
  }, 60_000)

  it.each([
    ['of a process that is gone', () => ({ pid: deadPid(), started: '' })],
    ['of another process that had the same pid', () => ({ pid: process.pid, started: 'before' })],
    ['of another container that has ended', () => ({ pid: 1, started: '5', where: 'there' })],
    ['that was never written whole', () => undefined],
  ])(
    'a lock %s is no hindrance',
    async (_, holder) => {
      const embedded = path.join(parent, 'ours')
      const own = holder()
      const text = own && JSON.stringify({ where: await here(), ...own })
      await writeFile(lockOf(embedded), text ?? 'not JSON')
      const engine = bullmqEngine({ embedded })
      await engine.ready()
      await engine.close()
      expect(existsSync(lockOf(embedded))).toBe(false)
    },
    60_000,
  )

  it('a lock of another container that lives is one: its pid says nothing here', async () => {
    const embedded = path.join(parent, 'ours')
    const holder = { pid: process.pid, started: 'of theirs', where: 'there' }
    await writeFile(lockOf(embedded), JSON.stringify(holder))
    const beat = setInterval(() => void utimes(lockOf(embedded), new Date(), new Date()), 500)
    const engine = bullmqEngine({ embedded })
    await expect(engine.ready()).rejects.toThrow('of another container or machine')
    clearInterval(beat)
    await engine.close()
    await rm(lockOf(embedded))
  }, 60_000)

  it('a lock is touched by its holder, for those who cannot ask for its pid', async () => {
    const embedded = path.join(parent, 'ours')
    const engine = bullmqEngine({ embedded })
    await engine.ready()
    const touchedAt = async () => (await stat(lockOf(embedded))).mtimeMs
    const before = await touchedAt()
    await until(async () => (await touchedAt()) > before)
    await engine.close()
  }, 60_000)

  it('what was killed while it made the folder leaves no half of one', async () => {
    const embedded = path.join(parent, 'new')
    await mkdir(path.join(embedded, 'data.unfinished'), { recursive: true })
    await writeFile(path.join(embedded, 'data.unfinished', 'PG_VERSION'), '17')
    const engine = bullmqEngine({ embedded })
    await engine.ready()
    await engine.close()
    expect(await readdir(embedded)).toEqual(['data'])
  }, 60_000)
})

const lockOf = (folder: string) => path.join(folder, 'lock')

/** As the lock says where its pid is one. */
async function here(): Promise<string | undefined> {
  const embedded = path.join(parent, 'here')
  const engine = bullmqEngine({ embedded })
  await engine.ready()
  const { where } = JSON.parse(await readFile(lockOf(embedded), 'utf8'))
  await engine.close()
  return where
}

/** Of a process that has just ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}
