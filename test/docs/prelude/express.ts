import express from 'express'

// What the examples of the Express adapter use and do not make.

export * from '@backgrounder/express'

export const app = express()
export async function sendEmail(_to: string): Promise<void> {}
