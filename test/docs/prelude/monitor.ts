import type { IncomingMessage } from 'node:http'
import { backgroundTasks } from '@backgrounder/express'
import express from 'express'

// What the examples of the monitor use and do not make.

export * from '@backgrounder/monitor'

export const app = express()
export const tasks = backgroundTasks()
export const isAdmin = ({ headers }: IncomingMessage): boolean => headers['x-admin'] === '1'
