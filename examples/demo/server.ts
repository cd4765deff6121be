/** A framework's server on a free port of the loopback. */
export interface RunningServer {
  readonly port: number
  /** Refuses new clients, and waits for the tasks. */
  close(): Promise<unknown>
}
