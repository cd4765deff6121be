import type { BullmqEngine } from '@backgrounder/bullmq'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { ExpressAdapter } from '@bull-board/express'
import type { RequestHandler } from 'express'

/** bull-board on the engine's queue; `basePath` is where the app mounts it. */
export function board(engine: BullmqEngine, basePath: string): RequestHandler {
  const serverAdapter = new ExpressAdapter().setBasePath(basePath)
  createBullBoard({ queues: [new BullMQAdapter(engine.queue)], serverAdapter })
  return serverAdapter.getRouter()
}
