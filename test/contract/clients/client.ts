import type http from 'node:http'

export interface Answer {
  readonly status: number | undefined
  readonly headers: Record<string, unknown>
  readonly body: Buffer
}

export interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string>
  /** Sent once it is there, later than the headers. */
  readonly body?: Promise<string>
  /** HTTP/1 only. */
  readonly agent?: http.Agent
}

/** A connection that has sent its requests all at once, and reads only when told to. */
export interface Connection {
  /** Reads whatever comes. */
  resume(): void
  /** Reads on, and resolves when the first part of the first answer has come. */
  someData(): Promise<unknown>
  /** Leaves with a reset of the connection. */
  reset(): void
  /** Leaves with an orderly FIN. */
  destroy(): void
}

/** One connection for requests that come one after the other. */
export interface KeptAlive {
  request(asked?: Asked): Promise<Answer>
  close(): void
}

/** Speaks one protocol. */
export interface Client {
  /** A whole request and its whole answer, on a connection of its own. */
  request(port: number, asked?: Asked): Promise<Answer>
  connect(port: number, ...paths: string[]): Promise<Connection>
  keepAlive(port: number): Promise<KeptAlive>
}

/** How a client leaves: with a reset, or with an orderly FIN. */
export const waysToLeave: Record<'RST' | 'FIN', (connection: Connection) => void> = {
  RST: (connection) => connection.reset(),
  FIN: (connection) => connection.destroy(),
}
