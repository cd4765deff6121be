import { bullmqEngine } from '@backgrounder/bullmq'
import { background } from '@backgrounder/core'
import express from 'express'
import type { Client } from 'pg'

// What the examples of the engine use and do not make.

export * from '@backgrounder/bullmq'
export { backgroundTasks } from '@backgrounder/express'

export const app = express()
export const email = 'a@b.c'
export const client = {} as Client
export const engine = bullmqEngine({ redis: 'redis://localhost' })
export const welcomeMail = background(async (_to: string) => {}, { name: 'welcome-mail' })
