import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'

/**
 * Asks for a password, by basic authentication, with any user name. Who sees the board sees the
 * arguments of each job, and can run, change and delete them: never mount it without such a thing.
 */
export function requirePassword(password: string): RequestHandler {
  if (password === '') throw new TypeError('Expected `password` not to be empty')

  return function checkPassword(req, res, next) {
    if (timingSafeEqual(hash(passwordOf(req.headers.authorization)), hash(password))) next()
    else res.status(401).set('WWW-Authenticate', 'Basic realm="board"').end()
  }
}

function passwordOf(authorization = ''): string {
  const [scheme = '', credentials = ''] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'basic') return ''
  const text = Buffer.from(credentials, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

// Of one length, whatever was sent.
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
