import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'

/** A server that a test has started. */
export interface Server {
  /** Where clients find it. */
  readonly url: string
  /** Kills it at once, and waits until it is gone. */
  kill(): Promise<void>
  /** Sends a signal to its process, and to those of its own: PostgreSQL has one for each connection. */
  signal(name: NodeJS.Signals): void
  /** Starts it again, on the same port and with the same data. */
  start(): Promise<void>
}

/** The user that a server runs as, where the tests run as root and it refuses that. */
export interface User {
  readonly uid: number
  readonly gid: number
}

/** Whether a program is on the PATH. */
export function findProgram(name: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Never a 0 for an empty text: that is the process group of the tests themselves. */
const numbers = (text: string) => (text.match(/\d+/g) ?? []).map(Number)

function childrenOf(pid: number): number[] {
  try {
    // A small image has no `ps`.
    const proc = `/proc/${pid}/task/${pid}/children`
    if (existsSync(proc)) return numbers(readFileSync(proc, 'utf8'))
    const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' })
    return numbers(listed)
  } catch {
    return [] // ps fails when there is none
  }
}

interface Command {
  readonly url: string
  readonly port: number
  readonly program: string
  readonly args: readonly string[]
  /** Where its data are. */
  readonly folder: string
  readonly user?: User | undefined
  /** Rejects until the server answers. */
  isUp(): Promise<unknown>
}

const atExit = new Set<() => void>()
process.once('exit', () => {
  for (const end of atExit) end()
})

/** Starts a server, which ends with this process at the latest; then its data are removed. */
export async function startServer(command: Command): Promise<Server> {
  let child: ChildProcess | undefined
  atExit.add(() => {
    child?.kill('SIGKILL')
    rmSync(command.folder, { recursive: true, force: true, maxRetries: 10 })
  })

  async function start(): Promise<void> {
    const { program, args, user } = command
    const started = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...user,
    })
    child = started
    let log = ''
    started.stderr?.on('data', (data) => {
      log += data
    })
    const deadline = performance.now() + 30_000
    for (;;) {
      try {
        await command.isUp()
        return
      } catch (error) {
        if (started.exitCode !== null || performance.now() > deadline) {
          throw new Error(`${program} does not start: ${log}`, { cause: error })
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  async function kill(): Promise<void> {
    const running = child
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGKILL')
    await gone
  }

  function signal(name: NodeJS.Signals): void {
    if (!child?.pid) return
    for (const pid of [child.pid, ...childrenOf(child.pid)]) process.kill(pid, name)
  }

  await start()
  return { url: command.url, kill, signal, start }
}
