import { appendFile, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { type BullmqEngine, bullmqEngine } from '@backgrounder/bullmq'
import type { RequestTasks } from '@backgrounder/express'
import { Pool } from 'pg'
import { welcomeMail } from './mail.js'

/** Where users and jobs are. */
export interface Store {
  readonly engine: BullmqEngine
  /** Whether the jobs are in this process, which then has to run them too. */
  readonly isEmbedded: boolean
  /** Saves a user and stores the mail; undefined when the address is taken. */
  signUp(email: string, tasks: RequestTasks): Promise<{ readonly id: number } | undefined>
  close(): Promise<void>
}

export interface Settings {
  readonly DATABASE_URL?: string | undefined
  readonly REDIS_URL?: string | undefined
  /** Where the embedded store is, and the users who are not in a database. */
  readonly FOLDER?: string | undefined
  readonly QUEUE?: string | undefined
}

export function openStore({ DATABASE_URL, REDIS_URL, FOLDER = '.data', QUEUE }: Settings): Store {
  if (DATABASE_URL) return inPostgres(new Pool({ connectionString: DATABASE_URL }), QUEUE)
  const embedded = path.join(FOLDER, 'jobs')
  const engine = bullmqEngine({
    ...(REDIS_URL ? { redis: REDIS_URL } : { embedded }),
    queueName: QUEUE,
  })
  return inFile(engine, path.join(FOLDER, 'users'), !REDIS_URL)
}

/** One transaction: there is never a user without his mail, nor a mail without its user. */
function inPostgres(pool: Pool, queueName: string | undefined): Store {
  const engine = bullmqEngine({ pool, queueName })
  pool.on('error', () => {}) // an idle connection has broken: the next query makes another one

  return {
    engine,
    isEmbedded: false,
    async signUp(email) {
      const client = await pool.connect()
      let hasEnded = false
      try {
        await client.query('BEGIN')
        const { rows } = await client.query<{ id: number }>(
          'INSERT INTO users (email) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id',
          [email],
        )
        if (rows.length > 0) await engine.within(client).enqueue(welcomeMail, email)
        await client.query('COMMIT')
        hasEnded = true
        return rows[0]
      } finally {
        // To end the connection is to roll back, also when it is broken.
        client.release(!hasEnded)
      }
    },
    async close() {
      await engine.close()
      await pool.end()
    },
  }
}

/**
 * Two steps. The mail is stored first: who is killed between them leaves a mail without its user, who
 * has had no answer, and whose next try makes no second mail of it.
 */
function inFile(engine: BullmqEngine, file: string, isEmbedded: boolean): Store {
  return {
    engine,
    isEmbedded,
    async signUp(email, tasks) {
      const users = await readUsers(file)
      if (users.includes(email)) return undefined
      await tasks.enqueue(welcomeMail.with({ key: email }), email)
      await mkdir(path.dirname(file), { recursive: true })
      await appendFile(file, `${email}\n`)
      return { id: users.length + 1 }
    },
    close: () => engine.close(),
  }
}

async function readUsers(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean)
}
