export interface Answer {
  readonly status: number
  /** The number of the request that it answers; an error's answer has none. */
  readonly request: number | undefined
}

const chunkedEnd = '\r\n0\r\n\r\n'

/**
 * Reads the answers off a connection, and keeps nothing of them: one client has to ask faster than
 * the servers answer, so this is no whole HTTP parser.
 */
export class AnswerReader {
  readonly #onWhole: (answer: Answer) => void
  /** Of an answer that is not whole yet. */
  #answer: Answer | undefined
  /** Bytes of the body still to come; undefined when it is chunked. */
  #missing: number | undefined = 0
  /** The beginning of a head, or the last bytes of a chunked body. */
  #rest: Buffer | undefined

  constructor(onWhole: (answer: Answer) => void) {
    this.#onWhole = onWhole
  }

  read(received: Buffer): void {
    let data: Buffer | undefined = this.#rest ? Buffer.concat([this.#rest, received]) : received
    this.#rest = undefined
    while (data && data.length > 0)
      data = this.#answer ? this.#readBody(data) : this.#readHead(data)
  }

  #readHead(data: Buffer): Buffer | undefined {
    const end = data.indexOf('\r\n\r\n')
    if (end < 0) {
      this.#rest = data
      return undefined
    }
    const head = data.toString('latin1', 0, end)
    const request = /\r\nx-request: (\d+)/.exec(head)?.[1]
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
    this.#answer = {
      status: Number(head.slice(9, 12)),
      request: request ? Number(request) : undefined,
    }
    this.#missing = length === undefined ? undefined : Number(length)
    // A chunked body without a chunk ends right after the head, whose last bytes belong to its end.
    if (this.#missing === undefined) return data.subarray(end + 2)
    if (this.#missing > 0) return data.subarray(end + 4)
    this.#whole()
    return data.subarray(end + 4)
  }

  #readBody(data: Buffer): Buffer | undefined {
    if (this.#missing === undefined) {
      const end = data.indexOf(chunkedEnd)
      if (end < 0) {
        this.#rest = data.subarray(-chunkedEnd.length + 1)
        return undefined
      }
      this.#whole()
      return data.subarray(end + chunkedEnd.length)
    }
    const taken = Math.min(this.#missing, data.length)
    this.#missing -= taken
    if (this.#missing === 0) this.#whole()
    return data.subarray(taken)
  }

  #whole(): void {
    const answer = this.#answer as Answer
    this.#answer = undefined
    this.#onWhole(answer)
  }
}
