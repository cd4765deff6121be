// What a `console` block shows: what is printed, and requests as `$ curl …`.

/** A part of a console block: a command, if one stands over it, and what follows. */
export interface Step {
  readonly request: Request | undefined
  readonly shown: string
}

/** @throws Error for a command that is not one of curl's. */
export function readSteps(text: string): Step[] {
  const steps: { request: Request | undefined; lines: string[] }[] = [
    { request: undefined, lines: [] },
  ]
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    if (line.startsWith('$ ')) steps.push({ request: readCurl(line.slice(2)), lines: [] })
    else steps.at(-1)?.lines.push(line)
  }
  return steps.map(({ request, lines }) => ({ request, shown: lines.join('\n') }))
}

interface Request {
  readonly path: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string | null
  /** `-i`: the status and the headers are shown too. */
  readonly isWhole: boolean
}

function readCurl(command: string): Request {
  const [curl, ...words] = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  )
  if (curl !== 'curl') throw new Error(`Expected curl: ${command}`)
  const request = { path: '', method: '', headers: {}, body: null, isWhole: false } as {
    -readonly [K in keyof Request]: Request[K]
  }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X') request.method = words.shift() ?? ''
    else if (word === '-d') request.body = words.shift() ?? ''
    else if (word === '-i') request.isWhole = true
    else if (word === '-H') {
      const [, name, value] = /^([^:]+):\s*(.*)$/.exec(words.shift() ?? '') ?? []
      request.headers[name as string] = value as string
    } else if (address.test(word)) request.path = word.replace(address, '')
    else throw new Error(`Expected -X, -H, -d, -i or localhost:3000, got ${word}: ${command}`)
  }
  if (request.body !== null && !Object.keys(request.headers).some(isContentType)) {
    request.headers['content-type'] = 'application/x-www-form-urlencoded'
  }
  request.method ||= request.body === null ? 'GET' : 'POST'
  return request
}

const address = /^(http:\/\/)?localhost:3000/

function isContentType(name: string): boolean {
  return name.toLowerCase() === 'content-type'
}

/** Sends it, and gives back what curl prints. */
export async function send(request: Request, port: number): Promise<string> {
  const { path, method, headers, body, isWhole } = request
  const answer = await fetch(`http://localhost:${port}${path}`, { method, headers, body })
  const text = await answer.text()
  if (!isWhole) return text
  const fields = [...answer.headers].map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${answer.status} ${answer.statusText}`, ...fields, '', text].join('\n')
}

/**
 * Whether this is what a console block shows: line by line, but that `…` stands for anything within
 * a line, or alone for any lines; and the time behind ` · ` is any time.
 */
export function isShown(shown: string, printed: string): boolean {
  const lines = shown.split('\n').filter((line) => line !== '')
  const patterns = lines.map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*?'
    const escaped = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*')
    return `${escaped.replace(/· \d+ ms/g, '· \\d+ ms')}\\n`
  })
  const text = printed.split('\n').filter((line) => line !== '')
  return new RegExp(`^${patterns.join('')}$`).test(text.map((line) => `${line}\n`).join(''))
}
