import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { Outcome, Runner, RunnerOptions } from '@backgrounder/core'

/** One request, as the rows see it on every framework: each answers in the framework's own way. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly tasks: { addTask(func: () => unknown): unknown; asGroup?: boolean }
  send(body: string | Buffer | null, status?: number): void
  redirect(url: string): void
  stream(body: Readable): void
  file(path: string): void
  notFound(): unknown
  /** Tells the framework that the handler answers by itself, on the raw response. */
  takeOver(): void
}

export type Handler = (exchange: Exchange) => unknown

/** A server that listens on a free port of the loopback. */
export interface RunningApp {
  readonly server: Server
  readonly port: number
  /** Ours only: the naive adapter has no runner. */
  readonly runner: Runner | undefined
  close(): Promise<void>
  /** The framework's own way to make a request without a socket, if it has one. */
  inject?(url: string): Promise<string>
}

export interface Framework {
  readonly name: string
  start(handler: Handler, options?: RunnerOptions): Promise<RunningApp>
  /** How the response of the task that starts right now has ended. */
  outcome(): Outcome | undefined
}

/** Either our adapter, or the naive one that shows what the tracker is for. */
export type Kind = 'ours' | 'naive'

export async function listen(
  server: Server,
  runner: Runner | undefined,
  stop: () => unknown = () => {},
): Promise<RunningApp> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    server,
    port,
    runner,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await stop()
    },
  }
}
