import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildApp } from './app.js'

let lastId = 0

const { app, background } = buildApp({
  saveUser: async () => ({ id: ++lastId }),
  sendEmail: async (to, subject) => console.log(`mail to ${to}: ${subject}`),
  auditFile: path.join(tmpdir(), 'audit.log'),
})

const server = app.listen(3000, '127.0.0.1', () => {
  console.log('curl -i localhost:3000/signup --json \'{ "email": "ada@example.com" }\'')
})

process.once('SIGTERM', () => {
  server.close()
  void background.drain() // the process ends by itself once nothing is left to do
})
