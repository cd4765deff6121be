import { background, type RequestTasks } from '@backgrounder/core'
import { inMemoryEngine } from '@backgrounder/core/testing'
import express from 'express'

// What the examples of core use and do not make.

export * from '@backgrounder/core'
export { startWorker } from '@backgrounder/core/durable'
export {
  createRecorder,
  engineContract,
  inMemoryEngine,
  inMemoryEngine as myEngine,
  settled,
} from '@backgrounder/core/testing'
export { backgroundTasks } from '@backgrounder/express'
export { default as request } from 'supertest'
export { expect, test } from 'vitest'

export const app = express()
export const engine = inMemoryEngine()
export const welcomeMail = background(sendEmail, { name: 'welcome-mail' })
export const res = { locals: { tasks: {} as RequestTasks } }
export const log = { error(_fields: object): void {} }
export const file = 'ada.png'
export const order = { id: 7 }
export const mails: string[] = []

export async function sendEmail(_to: string, _mail?: { subject: string }): Promise<void> {}
export async function sendReceipt(_order: { id: number }): Promise<void> {}
export async function resize(_file: string): Promise<void> {}
export async function notify(_to: string): Promise<void> {}
export async function audit(_entry: string | { action: string }): Promise<void> {}
