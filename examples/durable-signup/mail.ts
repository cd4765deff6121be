import { background, currentTask } from '@backgrounder/express'

const { MAIL_SERVICE = 'http://127.0.0.1:3001' } = process.env

/** What the job does: at least once, so the mail service is told by its id which mail it is. */
export const welcomeMail = background(
  async function sendWelcome(to: string) {
    const { id = '', signal } = currentTask() ?? {}
    const response = await fetch(MAIL_SERVICE, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      body: JSON.stringify({ to, subject: 'Welcome!' }),
      ...(signal && { signal }),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`The mail service answered ${response.status}`)
  },
  { name: 'welcome-mail', timeout: 60_000, retries: 5 },
)
