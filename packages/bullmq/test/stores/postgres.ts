import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync, realpathSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { isProgram } from '../../../../test/needs.js'
import { findProgram, freePort, type Server, startServer, type User } from './server.js'

/** Where initdb and postgres are: on the PATH, or where Debian has them. */
function findFolder(): string | undefined {
  const found = findProgram('postgres')
  const debian = '/usr/lib/postgresql'
  const folders = [
    ...(found ? [path.dirname(found), path.dirname(realpathSync(found))] : []),
    ...(existsSync(debian) ? readdirSync(debian) : []).map((name) =>
      path.join(debian, name, 'bin'),
    ),
  ]
  return folders.find((folder) => {
    return isProgram(path.join(folder, 'initdb')) && isProgram(path.join(folder, 'postgres'))
  })
}

const folder = findFolder()
const isRoot = process.getuid?.() === 0

/** PostgreSQL refuses to run as root: as a user that the system has, and none is made. */
function findUser(): User | undefined {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // the next one
    }
  }
  return undefined
}

const user = isRoot ? findUser() : undefined

function findReason(): string | undefined {
  if (!folder) return 'no postgres with initdb on the PATH'
  if (isRoot && !user) return 'PostgreSQL does not run as root, and there is no other user'
  return undefined
}

/** Why there is none of the test's own, to be killed; undefined when there is. */
export const noOwnPostgres: string | undefined = findReason()
/** Why there is no PostgreSQL; undefined when there is. */
export const noPostgres: string | undefined = process.env.DATABASE_URL
  ? undefined
  : noOwnPostgres && `no DATABASE_URL, and ${noOwnPostgres}`

/** A PostgreSQL of the test's own, which it may kill. */
export async function startPostgres(): Promise<Server> {
  const port = await freePort()
  const data = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-postgres-'))
  if (user) chownSync(data, user.uid, user.gid)
  const program = (name: string) => path.join(folder as string, name)
  // As another user, from a folder that it may read.
  const initdb = ['-D', data, '-U', 'backgrounder', '-A', 'trust', '-E', 'UTF8', '--no-sync']
  execFileSync(program('initdb'), initdb, { stdio: 'pipe', cwd: data, ...user })
  const url = `postgresql://backgrounder@127.0.0.1:${port}/postgres`
  const args = ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', '']
  return startServer({
    url,
    port,
    program: program('postgres'),
    args,
    folder: data,
    user,
    isUp: () => ask(url),
  })
}

async function ask(url: string): Promise<void> {
  const client = new Client(url)
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
  } finally {
    await client.end().catch(() => {})
  }
}
