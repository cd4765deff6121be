// A sign-up is answered, its processes are killed before the mail is sent, and started again.
// npm start --prefix examples/durable-signup
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MailService } from './mail-service.js'
import { Processes } from './processes.js'

async function main(): Promise<void> {
  const { DATABASE_URL, REDIS_URL } = process.env
  const store = DATABASE_URL ? 'PostgreSQL' : REDIS_URL ? 'Redis' : 'a folder, and no server'
  console.log(`jobs are kept in ${store}`)

  const mails = new MailService()
  const FOLDER = await mkdtemp(path.join(tmpdir(), 'durable-signup-'))
  const processes = new Processes({ ...process.env, FOLDER, MAIL_SERVICE: await mails.start() })
  const email = `ada-${Date.now()}@example.com`

  await processes.start()
  console.log(`POST /signup: ${await processes.signUp(email)}`)
  await processes.end('SIGKILL')
  console.log(`kill -9: ${mails.sent.length} mails sent`)

  await processes.start()
  console.log('started again: what ran when it was killed comes back in 5 to 15 s')
  while (!mails.sent.includes(email)) await sleep(50)
  console.log(`mail to ${mails.sent}`)

  console.log(`SIGTERM: exit code ${await processes.end('SIGTERM')}`)
  mails.close()
  await rm(FOLDER, { recursive: true })
}

void main()
