// What the app of threads.ts runs in threads.
import { isMainThread } from 'node:worker_threads'

export async function sendMail(to: string): Promise<void> {
  if (!isMainThread) console.log(`mail to ${to}`)
}

export function lengthOf(attachment: Uint8Array): number {
  return isMainThread ? 0 : attachment.length
}
