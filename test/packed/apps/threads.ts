import path from 'node:path'
import { createRunner } from '@backgrounder/core'
import { settled } from '@backgrounder/core/testing'
import { move, threaded } from '@backgrounder/threads'

const mail = threaded<typeof import('./mail.js')>(path.join(__dirname, 'mail.js'))

async function main(): Promise<void> {
  const runner = createRunner()
  runner.addTask(mail.export('sendMail', { retries: 1 }), 'ada')
  await settled(runner)
  const length: number = await mail.export('lengthOf').func(move(new Uint8Array(3)))
  console.log(length === 3 ? 'ok' : length)
  runner.addTask(console.log, 'visited')
  console.log((await runner.drain()).ok)
}

void main()
