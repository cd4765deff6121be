import { randomUUID } from 'node:crypto'
import { type FileHandle, link, open, readFile, readlink, rename, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { BackgrounderError } from '@backgrounder/core'

/** A folder is another process's, which lives. */
export class FolderInUseError extends BackgrounderError {
  constructor(folder: string, who: string) {
    super(
      'BG_FOLDER_IN_USE',
      `The folder ${folder} is used by ${who}: an embedded store is for one process. Give this one ` +
        'another folder, or use Redis or PostgreSQL',
    )
  }
}

/** Who holds a lock. */
interface Holder {
  readonly pid: number
  /** A pid is given again, in a container nearly always the same. */
  readonly started: string
  /** Where the pid says something: on this machine, since its start, in this container. */
  readonly where: string
}

/** A holder touches its lock so often, in ms. */
const BEAT_MS = 2_000
/** One that was not touched for so long, in ms, is nobody's. */
const SILENCE_MS = 10_000

/**
 * A file in the folder that says whose it is. PGlite itself has no lock: two processes on one folder lose
 * each other's rows.
 */
export class FolderLock {
  readonly #file: string
  readonly #beat: NodeJS.Timeout
  readonly #handle: FileHandle

  private constructor(file: string, handle: FileHandle) {
    this.#file = file
    this.#handle = handle
    // Of this file, whatever stands in its place by then.
    const touch = () => void handle.utimes(new Date(), new Date()).catch(() => {})
    this.#beat = setInterval(touch, BEAT_MS).unref()
  }

  /** @throws FolderInUseError when its holder lives. */
  static async take(folder: string): Promise<FolderLock> {
    const file = path.join(folder, 'lock')
    const own = `${file}.${randomUUID()}`
    const handle = await open(own, 'wx')
    try {
      await handle.writeFile(JSON.stringify(await self()))
      // Whoever has died with it is moved away once, by one of those who see that.
      while (!(await linked(own, file))) {
        const holder = await holderOf(file)
        if (holder && (await lives(holder, file)))
          throw new FolderInUseError(folder, await nameOf(holder))
        await moveAway(file, holder)
      }
      return new FolderLock(file, handle)
    } catch (error) {
      await handle.close()
      throw error
    } finally {
      await rm(own, { force: true })
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#beat)
    await this.#handle.close()
    await rm(this.#file, { force: true })
  }
}

/** By a link, so that the file is whole as soon as it is there. */
async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined // released meanwhile, or no lock of ours
  }
}

/** Not removed by name: another process may have taken it since it was read. */
async function moveAway(file: string, seen: Holder | undefined): Promise<void> {
  const away = `${file}.${randomUUID()}`
  try {
    await rename(file, away)
  } catch {
    return // somebody else was first
  }
  const moved = await holderOf(away)
  if (seen && moved && JSON.stringify(moved) !== JSON.stringify(seen)) {
    await linked(away, file) // it is that of somebody who lives: back
  }
  await rm(away, { force: true })
}

async function lives(holder: Holder, file: string): Promise<boolean> {
  const { pid, started, where } = holder
  if (where === (await here())) {
    try {
      process.kill(pid, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    }
    if (started !== '') return (await startOf(pid)) === started
  }
  return beats(file)
}

/** Whether a lock is touched: of another container or machine nothing else is known. */
async function beats(file: string): Promise<boolean> {
  const touched = await touchedAt(file)
  for (let waited = 0; waited < SILENCE_MS; waited += 250) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    const now = await touchedAt(file)
    if (now === undefined) return false // released
    if (now !== touched) return true
  }
  return false
}

/** Its own clock's time: only a change of it says something. */
async function touchedAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs
  } catch {
    return undefined
  }
}

async function nameOf({ pid, where }: Holder): Promise<string> {
  if (where !== (await here())) return `process ${pid} of another container or machine`
  return pid === process.pid ? 'another engine of this process' : `process ${pid}`
}

async function self(): Promise<Holder> {
  return { pid: process.pid, started: await startOf(process.pid), where: await here() }
}

async function here(): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`
  } catch {
    return os.hostname()
  }
}

/** When a process was started, where the system says so: what has its pid now may be another one. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may have spaces; the 22nd field is the start.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
