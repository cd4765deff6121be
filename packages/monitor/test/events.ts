import http from 'node:http'
import { afterEach } from 'vitest'

const opened = new Set<Events>()
afterEach(() => {
  for (const events of opened) events.close()
  opened.clear()
})

/** A page that is open, as its server sees it: what it is sent, and whether it was let go of. */
export class Events {
  readonly all: { readonly event: string; readonly data: unknown }[] = []
  status = 0
  headers: http.IncomingHttpHeaders = {}
  isOver = false
  beats = 0
  readonly #req: http.ClientRequest
  #res: http.IncomingMessage | undefined
  #text = ''

  constructor(
    url: string,
    headers: http.OutgoingHttpHeaders = {},
    agent: http.Agent | false = false,
  ) {
    opened.add(this)
    this.#req = http.get(url, { headers, agent }, (res) => {
      this.#res = res
      this.status = res.statusCode ?? 0
      this.headers = res.headers
      res.setEncoding('utf8').on('data', (text) => this.#read(text))
      res.on('close', () => {
        this.isOver = true
      })
    })
    this.#req.on('error', () => {
      this.isOver = true
    })
  }

  /** The data of the events of this name. */
  // biome-ignore lint/suspicious/noExplicitAny: what was sent is what the test looks at
  of(event: string): any[] {
    return this.all.filter((one) => one.event === event).map(({ data }) => data)
  }

  /** What was sent last of one part of the picture. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  last(part: string): any {
    return [...this.of('full'), ...this.of('changes')].findLast((data) => part in data)?.[part]
  }

  pause(): void {
    this.#res?.pause()
  }

  resume(): void {
    this.#res?.resume()
  }

  close(): void {
    this.#req.destroy()
  }

  #read(text: string): void {
    this.#text += text
    const parts = this.#text.split('\n\n')
    this.#text = parts.pop() ?? ''
    for (const part of parts) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/s.exec(part) ?? []
      if (event && data) this.all.push({ event, data: JSON.parse(data) })
      if (part === ':') this.beats += 1
    }
  }
}

/** Asks for something of the page. */
export async function ask(
  url: string,
  { method = 'GET', body, headers = {} }: { method?: string; body?: string; headers?: object } = {},
): Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const req = http.request(url, { method, headers: { ...headers }, agent: false }, (res) => {
      let text = ''
      res.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text, headers: res.headers }))
    })
    req.on('error', reject)
    req.end(body)
  })
}

/** As the page does it. */
export function post(url: string, body: unknown, headers: object = {}): ReturnType<typeof ask> {
  const own = { 'content-type': 'application/json', 'x-backgrounder': '1' }
  return ask(url, { method: 'POST', body: JSON.stringify(body), headers: { ...own, ...headers } })
}
