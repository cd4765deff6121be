import { backgroundTasks, type RunnerOptions } from '@backgrounder/fastify'
import createFastify from 'fastify'

export interface Event {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body?: object
}

export interface Answer {
  readonly statusCode: number
  readonly body: string
}

/** What such a platform calls. */
export type Handler = (event: Event) => Promise<Answer>

export interface Settings {
  /** The platform's own: what it is given is done before the process is frozen. */
  readonly waitUntil?: RunnerOptions['waitUntil']
  /** The URL of the mail service. */
  readonly mailService: string
}

export function createHandler({ waitUntil, mailService }: Settings): Handler {
  const app = createFastify()
  app.register(backgroundTasks, { waitUntil })

  app.post<{ Body: { email: string } }>('/signup', async (request, reply) => {
    request.tasks.addTask(sendMail, request.body.email)
    return reply.code(202).send({ accepted: true })
  })

  async function sendMail(to: string): Promise<void> {
    const response = await fetch(mailService, { method: 'POST', body: `to ${to}` })
    console.log(`the mail service answered ${response.status}`)
  }

  return async function handler({ method, url, body }) {
    const answer = await app.inject({ method, url, ...(body && { payload: body }) })
    return { statusCode: answer.statusCode, body: answer.body }
  }
}
