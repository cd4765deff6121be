import type { Redis } from 'ioredis'

/** Says once, at the start, that a Redis may lose jobs that it has accepted. */
export async function warnIfNotDurable(client: Redis): Promise<void> {
  let info: string
  try {
    info = await client.info()
  } catch {
    return // not every service allows it
  }
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
  const faults: string[] = []
  if (field('aof_enabled') === '0') {
    faults.push('appendonly is off: it loses accepted jobs when it is killed. Set appendonly yes')
  }
  const policy = field('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction') {
    faults.push(
      `maxmemory-policy is ${policy}: it may remove accepted jobs. Set maxmemory-policy noeviction`,
    )
  }
  for (const fault of faults) {
    process.emitWarning(`Redis is not durable, ${fault}`, {
      type: 'BackgrounderWarning',
      code: 'BG_REDIS_NOT_DURABLE',
    })
  }
}
