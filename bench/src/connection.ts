import { Duplex } from 'node:stream'

const request = 'GET /orders/42?full=1 HTTP/1.1\r\nHost: localhost\r\n\r\n'

/**
 * A connection without a network: what is written to it goes to the real HTTP parser of a server,
 * and an answer that ends with `ok` has come whole. What it costs itself is the same for every
 * variant, and little.
 */
export class Connection extends Duplex {
  #tail = ''
  #answered: () => void = () => {}

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#tail = chunk.toString('latin1', Math.max(0, chunk.length - 2))
    done()
    if (this.#tail === 'ok') this.#answered()
  }

  /** Sends one request; calls back when its answer has come whole. */
  ask(answered: () => void): void {
    this.#answered = answered
    this.push(request)
  }
}
