import Fastify from 'fastify'

// What the examples of the Fastify adapter use and do not make.

export * from '@backgrounder/fastify'

export const app = Fastify()
export async function sendEmail(_to: string): Promise<void> {}
