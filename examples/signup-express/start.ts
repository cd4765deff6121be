// npm start --prefix examples/signup-express
import { createRunner } from '@backgrounder/express'
import { buildApp } from './app.js'

const users = new Map<string, { id: number }>()
const runner = createRunner()

const app = buildApp({
  async saveUser(email) {
    if (users.has(email)) throw Object.assign(new Error(`${email} is taken`), { status: 409 })
    const user = { id: users.size + 1 }
    users.set(email, user)
    return user
  },
  sendEmail: async (to, subject) => console.log(`mail to ${to}: ${subject}`),
  runner,
})

const server = app.listen(3000, '127.0.0.1', () => {
  console.log('curl -i localhost:3000/signup --json \'{ "email": "ada@example.com" }\'')
})

process.once('SIGTERM', async () => {
  const report = await runner.drain({ server })
  process.exit(report.ok ? 0 : 1)
})
