import Koa from 'koa'

// What the examples of the Koa adapter use and do not make.

export * from '@backgrounder/koa'

export const app = new Koa()
export async function sendEmail(_to: unknown): Promise<void> {}
