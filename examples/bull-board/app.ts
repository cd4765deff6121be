import type { BullmqEngine } from '@backgrounder/bullmq'
import { type Background, type BackgroundTasks, backgroundTasks } from '@backgrounder/express'
import express, { type Express } from 'express'
import { board } from './board.js'
import { requirePassword } from './require-password.js'

export interface Service {
  readonly app: Express
  readonly background: BackgroundTasks
}

export interface Settings {
  readonly engine: BullmqEngine
  readonly report: Background<[month: string]>
  /** Of the board. */
  readonly password: string
}

export function buildService({ engine, report, password }: Settings): Service {
  const background = backgroundTasks({ engine })
  const app = express()

  app.use('/board', requirePassword(password), board(engine, '/board'))

  app.post('/reports/:month', background, async (req, res) => {
    const { month } = req.params
    if (!/^\d{4}-\d\d$/.test(month)) {
      res.status(422).json({ error: 'Expected a month, such as 2026-06' })
      return
    }
    const { id } = await res.locals.tasks.enqueue(report, month)
    res.status(202).json({ id })
  })

  return { app, background }
}
