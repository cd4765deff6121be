import { Hono } from 'hono'

// What the examples of the Hono adapter use and do not make.

export * from '@backgrounder/hono'

export const app = new Hono()
export async function sendEmail(_to: string): Promise<void> {}
