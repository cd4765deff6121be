import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import net from 'node:net'

/** A server that a test has started. */
export interface Server {
  /** Where clients find it. */
  readonly url: string
  /** Kills it at once, and waits until it is gone. */
  kill(): Promise<void>
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

interface Command {
  readonly url: string
  readonly port: number
  readonly program: string
  readonly args: readonly string[]
  readonly user?: User | undefined
  /** Rejects until the server answers. */
  isUp(): Promise<unknown>
}

/** Starts a server, which ends with this process at the latest. */
export async function startServer(command: Command): Promise<Server> {
  let child: ChildProcess | undefined
  const end = () => child?.kill('SIGKILL')
  process.once('exit', end)

  async function start(): Promise<void> {
    const { program, args, user } = command
    const started = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...user })
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

  await start()
  return { url: command.url, kill, start }
}
