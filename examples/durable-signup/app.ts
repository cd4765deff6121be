import { type BackgroundTasks, backgroundTasks } from '@backgrounder/express'
import express, { type Express } from 'express'
import type { Store } from './store.js'

export interface Service {
  readonly app: Express
  readonly background: BackgroundTasks
}

/** Answers when the user and the mail are stored. */
export function buildService({ engine, signUp }: Store): Service {
  const background = backgroundTasks({ engine })
  const app = express().use(express.json(), background)

  app.post('/signup', async (req, res) => {
    const email: unknown = req.body?.email
    if (typeof email !== 'string' || !/^\S+@\S+$/.test(email)) {
      res.status(422).json({ error: 'Expected { "email": "name@host" }' })
      return
    }
    // A store that is down is an EnqueueError, which Express answers with 503.
    const user = await signUp(email, res.locals.tasks)
    if (user) res.status(202).json({ id: user.id })
    else res.status(409).json({ error: `${email} is taken` })
  })

  return { app, background }
}
