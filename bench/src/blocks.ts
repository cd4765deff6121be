import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { Connection } from './connection.js'
import type { App, BuildApp, Variant } from './variants.js'
import { tasksPerRequest, tasksRun } from './work.js'

/** Sends requests one after the other, each in a turn of its own; resolves when all tasks have run. */
export interface Driver {
  readonly variant: Variant
  run(requests: number): Promise<void>
  close(): void
}

/** What sends a request and calls back when the answer has come whole. */
export interface Client {
  ask(answered: () => void): void
  destroy(): unknown
}

export async function connectInMemory({ server }: Pick<App, 'server'>): Promise<Client> {
  const connection = new Connection()
  server.emit('connection', connection)
  return connection
}

/** Over a real socket of this process. */
export async function connectBySocket({ server }: Pick<App, 'server'>): Promise<Client> {
  if (!server.listening) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.setNoDelay(true)
  await once(socket, 'connect')
  let answered = () => {}
  socket.on('data', (chunk) => {
    if (chunk.toString('latin1', chunk.length - 2) === 'ok') answered()
  })
  return {
    ask(callback) {
      answered = callback
      socket.write('GET /orders/42?full=1 HTTP/1.1\r\nHost: localhost\r\n\r\n')
    },
    destroy: () => socket.destroy(),
  }
}

export async function makeDrivers(
  build: BuildApp,
  connect: (app: App) => Promise<Client>,
  variants: readonly Variant[],
): Promise<Driver[]> {
  const drivers: Driver[] = []
  for (const variant of variants) {
    const app = await build(variant)
    if (app) drivers.push(driver(variant, app, await connect(app)))
  }
  return drivers
}

function driver(variant: Variant, app: App, client: Client): Driver {
  return {
    variant,
    async run(requests) {
      const expected = tasksRun() + requests * tasksPerRequest(variant)
      await new Promise<void>((resolve) => {
        let left = requests
        const answered = () => (left-- === 1 ? resolve() : setImmediate(ask))
        const ask = () => client.ask(answered)
        left = requests
        ask()
      })
      await app.settled()
      for (let turn = 0; turn < 50 && tasksRun() < expected; turn++) await nextTurn()
      if (tasksRun() !== expected)
        throw new Error(`${variant}: ${expected - tasksRun()} tasks lost`)
    },
    close() {
      client.destroy()
      app.server.close()
    },
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** In random order, so that no variant always runs after the same other one. */
export function shuffled<T>(list: readonly T[]): T[] {
  const copy = [...list]
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[copy[i], copy[j]] = [copy[j] as T, copy[i] as T]
  }
  return copy
}
