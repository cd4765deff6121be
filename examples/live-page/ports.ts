import { once } from 'node:events'
import net from 'node:net'

/**
 * Three ports of the loopback: from 3000 the first that are free, or from the one that was asked for,
 * which has to be.
 *
 * @throws Error for a PORT that is none, or is taken.
 */
export async function choosePorts(asked: string | undefined): Promise<[number, number, number]> {
  const first = asked === undefined ? 3_000 : Number(asked)
  if (!Number.isInteger(first) || first < 0 || first > 65_500 || asked === '') {
    throw new Error(`Expected PORT to be a number from 0 to 65500, got \`${asked}\``)
  }
  if (first === 0) return [0, 0, 0]
  if (asked !== undefined && !(await isFree(first))) {
    throw new Error(`Port ${first} is taken: choose another one, or PORT=0 for any that is free`)
  }
  const page = await nextFree(first)
  const koa = await nextFree(page + 1)
  return [page, koa, await nextFree(koa + 1)]
}

async function nextFree(first: number): Promise<number> {
  let port = first
  while (!(await isFree(port))) port += 1
  return port
}

async function isFree(port: number): Promise<boolean> {
  const probe = net.createServer()
  try {
    probe.listen(port, '127.0.0.1')
    await once(probe, 'listening')
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE' || code === 'EACCES') return false
    throw error
  } finally {
    probe.close()
  }
}
