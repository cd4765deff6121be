import { createHook } from 'node:async_hooks'
import { connectInMemory, makeDrivers } from './blocks.js'
import type { BuildApp, Variant } from './variants.js'
import { onHandler } from './work.js'

/** What some requests have made beside their answers: exact, and the same in every run. */
export interface Counts {
  /** Async resources by type; promises are among them. */
  readonly resources: Record<string, number>
  /** On request, response and socket, when the handler runs. */
  readonly listeners: Record<string, number>
}

const REQUESTS = 10
const ROUNDS = 5

/** Counts for ten requests of a variant: the least of five times, for the process may do more. */
export async function count(build: BuildApp, variant: Variant): Promise<Counts> {
  const least = await countOnce(build, variant)
  for (let round = 1; round < ROUNDS; round++) {
    const { resources } = await countOnce(build, variant)
    for (const type of Object.keys({ ...least.resources, ...resources })) {
      const fewer = Math.min(least.resources[type] ?? 0, resources[type] ?? 0)
      if (fewer === 0) delete least.resources[type]
      else least.resources[type] = fewer
    }
  }
  return least
}

async function countOnce(build: BuildApp, variant: Variant): Promise<Counts> {
  const counts: Counts = { resources: {}, listeners: {} }
  const [driver] = await makeDrivers(build, connectInMemory, [variant])
  if (!driver) throw new Error(`No such variant: ${variant}`)
  await driver.run(REQUESTS)
  onHandler((res) => {
    const emitters = { req: res.req, res, socket: res.req.socket }
    for (const [name, emitter] of Object.entries(emitters)) {
      for (const event of emitter.eventNames()) {
        counts.listeners[`${name} ${String(event)}`] = emitter.listenerCount(event)
      }
    }
  })
  const hook = createHook({
    init(_id, type) {
      counts.resources[type] = (counts.resources[type] ?? 0) + 1
    },
  })
  hook.enable()
  await driver.run(REQUESTS)
  hook.disable()
  onHandler()
  driver.close()
  return counts
}
