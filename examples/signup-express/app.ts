// A sign-up, whose e-mail is sent after the answer and only if the sign-up succeeded.
// npm start --prefix examples/signup-express
import { background, backgroundTasks, type Runner } from '@backgrounder/express'
import express, { type Express } from 'express'

export interface Collaborators {
  saveUser(email: string): Promise<{ id: number }>
  sendEmail(to: string, subject: string): Promise<void>
  /** A test may give one of its own. */
  readonly runner?: Runner
}

export function buildApp({ saveUser, sendEmail, runner }: Collaborators): Express {
  const app = express()
  app.use(express.json(), backgroundTasks({ ...(runner && { runner }) }))

  // 'success': sent, with a status below 400. Not after a 409, and not when the client has gone.
  const welcomeMail = background(sendEmail, { name: 'welcome-mail', when: 'success', retries: 3 })

  app.post('/signup', async (req, res) => {
    const email = emailOf(req.body)
    if (!email) {
      res.status(422).json({ error: 'Expected { "email": "name@host" }' })
      return
    }
    res.locals.tasks.addTask(welcomeMail, email, 'Welcome!')
    const { id } = await saveUser(email)
    res.status(201).json({ id })
  })

  return app
}

function emailOf(body: unknown): string | undefined {
  const { email } = (body ?? {}) as { email?: unknown }
  return typeof email === 'string' && /^\S+@\S+$/.test(email) ? email : undefined
}
