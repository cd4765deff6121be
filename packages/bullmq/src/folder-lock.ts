import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { BackgrounderError } from '@backgrounder/core'

/** A folder is another process's, which lives. */
export class FolderInUseError extends BackgrounderError {
  constructor(folder: string, pid: number) {
    const who = pid === process.pid ? 'another engine of this process' : `process ${pid}`
    super(
      'BG_FOLDER_IN_USE',
      `The folder ${folder} is used by ${who}: an embedded store is for one process. Give this one ` +
        'another folder, or use Redis or PostgreSQL',
    )
  }
}

/** Who holds a lock: a pid is given again, in a container nearly always the same. */
interface Holder {
  readonly pid: number
  readonly started: string
}

/**
 * A file beside a folder that says whose it is. PGlite itself has no lock: two processes on one folder
 * lose each other's rows.
 */
export class FolderLock {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /** @throws FolderInUseError when its holder lives. */
  static async take(folder: string): Promise<FolderLock> {
    const file = `${folder}.lock`
    const own = `${file}.${randomUUID()}`
    await writeFile(own, JSON.stringify({ pid: process.pid, started: await startOf(process.pid) }))
    try {
      // Whoever has died with it is moved away once, by one of those who see that.
      while (!(await linked(own, file))) {
        const holder = await holderOf(file)
        if (holder && (await lives(holder))) throw new FolderInUseError(folder, holder.pid)
        await moveAway(file, holder)
      }
      return new FolderLock(file)
    } finally {
      await rm(own, { force: true })
    }
  }

  async release(): Promise<void> {
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
  if (seen && moved && (moved.pid !== seen.pid || moved.started !== seen.started)) {
    await linked(away, file) // it is that of somebody who lives: back
  }
  await rm(away, { force: true })
}

async function lives({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return (await startOf(pid)) === started
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
