// What a platform of that kind runs around a handler, in a process of its own: when the handler's
// promise has settled, and all that `waitUntil` was given, the process is frozen until the next event.
import { createHandler, type Event } from './handler.js'

const works = new Set<Promise<unknown>>()

function waitUntil(work: Promise<unknown>): void {
  works.add(work)
  void work.then(() => works.delete(work))
}

const [mailService = '', how] = process.argv.slice(2)
const handler = createHandler({ mailService, ...(how === 'with' && { waitUntil }) })

process.on('message', async (event: Event) => {
  const answer = await handler(event)
  await new Promise((resolve) => process.send?.({ answer }, resolve))
  while (works.size > 0) await Promise.all(works)
  process.kill(process.pid, 'SIGSTOP')
})
