import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { Pool } from 'pg'

/** The service as it is run: one process on an embedded store, two on a server. */
export class Processes {
  readonly #env: NodeJS.ProcessEnv
  readonly #children: ChildProcess[] = []
  port = 0

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = { ...env, PORT: '0' }
  }

  async start(): Promise<void> {
    await migrate(this.#env.DATABASE_URL)
    const isServer = this.#env.DATABASE_URL || this.#env.REDIS_URL
    const [line] = await Promise.all([
      this.#spawn('web.ts'),
      ...(isServer ? [this.#spawn('worker.ts')] : []),
    ])
    this.port = Number(/:(\d+)/.exec(line)?.[1])
  }

  /** Starts a script, and waits for its first line. */
  async #spawn(script: string): Promise<string> {
    const flags = ['--conditions=@backgrounder/source', '--import', 'tsx', script]
    const child = spawn(process.execPath, flags, {
      cwd: path.resolve(__dirname),
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#children.push(child)
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${script} has ended`)
    })
    const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended])
    ended.catch(() => {}) // later on it is what is asked of it
    return line
  }

  async signUp(email: string): Promise<number> {
    const { status } = await fetch(`http://127.0.0.1:${this.port}/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email }),
    })
    return status
  }

  /** Ends all of them, and gives back their exit codes, or the signal. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<unknown[]> {
    return Promise.all(
      this.#children.splice(0).map(async (child) => {
        const exit = once(child, 'exit')
        if (!child.kill(signal)) return child.exitCode
        const [code, killedBy] = await exit
        return code ?? killedBy
      }),
    )
  }
}

/** Before a deploy, as a migration is. */
export async function migrate(connectionString: string | undefined): Promise<void> {
  if (!connectionString) return
  const pool = new Pool({ connectionString })
  await pool.query('CREATE TABLE IF NOT EXISTS users (id serial PRIMARY KEY, email text UNIQUE)')
  await pool.end()
}
