import { appendFile } from 'node:fs/promises'
import { type BackgroundTasks, backgroundTasks } from '@backgrounder/express'
import express, { type Express } from 'express'

export interface Collaborators {
  saveUser(email: string): Promise<{ id: number }>
  sendEmail(to: string, subject: string): Promise<void>
  readonly auditFile: string
}

/** A sign-up waits for the database, and not for the mail server. */
export function buildApp(given: Collaborators): { app: Express; background: BackgroundTasks } {
  const { saveUser, sendEmail, auditFile } = given
  const app = express()
  const background = backgroundTasks()
  app.use(express.json(), background)

  app.post('/signup', async (req, res) => {
    const { email } = req.body
    const { id } = await saveUser(email)
    res.locals.tasks.addTask(sendEmail, email, 'Welcome!')
    res.locals.tasks.addTask(appendFile, auditFile, `${JSON.stringify({ id, email })}\n`)
    res.status(202).json({ id })
  })

  return { app, background }
}
