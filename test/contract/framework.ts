import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Http2Server, Http2ServerResponse, ServerHttp2Session } from 'node:http2'
import type { Readable } from 'node:stream'
import type { DrainOptions, Outcome, Runner, RunnerOptions } from '@backgrounder/core'

/** One request, as the rows see it on every framework: each answers in the framework's own way. */
export interface Exchange {
  readonly req: IncomingMessage
  /** Over HTTP/2 that of the compatibility API, of which the rows use what both have. */
  readonly res: ServerResponse
  readonly tasks: { addTask(func: () => unknown): unknown; asGroup?: boolean }
  /** What one logs: the object that has the collector as a property. */
  readonly holder: unknown
  send(body: string | Buffer | null, status?: number): void
  redirect(url: string): void
  stream(body: Readable): void
  file(path: string): void
  /** Leaves the request to whoever comes next; when nobody does, that is a 404. */
  next(): unknown
  /** Tells the framework that the handler answers by itself, on the raw response. */
  takeOver(): void
  /** The body of the request, read as one does there. */
  body(): Promise<string>
}

export type Handler = (exchange: Exchange) => unknown

/** Where in an app the adapter and the handler are mounted. */
export type Layout =
  /** The adapter, then the handler. */
  | 'app'
  /** The adapter and the handler, and the same two again. */
  | 'twice'
  /** The same with an adapter of its own each; the runner is the first one's. */
  | 'twice, differing'
  /** The adapter and the handler, and under it the handler again in each of these. */
  | 'router'
  | 'sub-app'
  /** The same, and the adapter again in the sub-app. */
  | 'sub-app, mounted again'
  /** Two sub-apps, /a and /b, each with an adapter of its own and the handler. */
  | 'siblings'
  /** The handler where nothing was found. */
  | '404'
  /** The handler fails, and the error handler is the handler too. */
  | 'error'

/** A server that listens on a free port of the loopback. */
export interface RunningApp {
  readonly server: Server
  readonly port: number
  /** Ours only: the naive adapter has no runner. */
  readonly runner: Runner | undefined
  /** What has reached the framework's own error handling. */
  readonly errors: readonly unknown[]
  /** Ends every connection, as `server.closeAllConnections()` of HTTP/1 does. */
  closeConnections(): void
  close(): Promise<void>
  /** The framework's own way to make a request without a socket, if it has one. */
  inject?(url: string): Promise<string>
  /** The orderly end, as one writes it there: `drain({ server })`, or the framework's own close. */
  shutDown(): Promise<void>
}

export interface Framework {
  /** The column of the matrix. */
  readonly name: string
  readonly family: 'node' | 'Express' | 'Koa' | 'Fastify' | 'Hono'
  readonly isHttp2: boolean
  start(handler: Handler, options?: RunnerOptions, layout?: Layout): Promise<RunningApp>
  /** How the response of the task that starts right now has ended. */
  outcome(): Outcome | undefined
}

/** Either our adapter, or the naive one that shows what the tracker is for. */
export type Kind = 'ours' | 'naive'

/** Node's own word, and not the library's, that nothing is left to be written. */
export function isOver(res: ServerResponse | Http2ServerResponse): boolean {
  if ('stream' in res) return res.stream.writableFinished || res.stream.destroyed
  return res.writableFinished || res.destroyed || res.req.socket.destroyed
}

/** Whether the response has had its `close`. */
export function isClosed(res: ServerResponse | Http2ServerResponse): boolean {
  return 'stream' in res ? res.stream.destroyed : res.closed
}

/** What ends the connections of a server: HTTP/2 has no closeAllConnections. */
export function connectionsOf(server: Server | Http2Server): {
  end(): void
  /** HTTP/2: in order, as an app does before Node 24, which leaves its sessions open. */
  closeSessions(): void
} {
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  return {
    end() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      for (const session of sessions) session.destroy()
    },
    closeSessions() {
      for (const session of sessions) session.close()
    },
  }
}

export async function listen(
  server: Server | Http2Server,
  app: Pick<RunningApp, 'runner' | 'errors'>,
  drain?: (options: DrainOptions) => Promise<unknown>,
): Promise<RunningApp> {
  const connections = connectionsOf(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    ...app,
    server: server as Server,
    port,
    closeConnections: connections.end,
    async shutDown() {
      const drained = drain?.({ server })
      connections.closeSessions()
      await drained
    },
    async close() {
      connections.end()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
