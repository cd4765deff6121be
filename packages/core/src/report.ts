import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { debuglog, inspect } from 'node:util'
import { contain } from './contain.js'
import type { RequestInfo } from './context.js'
import type { AnyFunction } from './definition.js'
import type { ClosableServer, Logger } from './options.js'
import { attemptsOf, type Retries } from './retry.js'
import type { Run } from './run.js'

const debugLog = debuglog('backgrounder')
const isDebugging = debugLog.enabled

/** With NODE_DEBUG=backgrounder: one line on stderr for each change of a task's state. */
export function debugState(run: Run): void {
  if (isDebugging) debugLog('%s %s %s', run.id, run.state, escapeLine(run.name))
}

/** What a report needs of a runner's options. */
interface ReportSettings {
  readonly logger: Logger
  readonly retries: Retries
}

/** The default `onError`: one line that says what failed, then the error, and where it was added. */
export function reportFailure(settings: ReportSettings, error: unknown, run: Run): void {
  const attempts = attemptsOf(run.options.retries ?? settings.retries)
  const attempt = `attempt ${run.attempt}${attempts < Infinity ? `/${attempts}` : ''}`
  const event = run.state === 'timedOut' ? 'timed out' : 'failed'
  const ms = run.startedAt === 0 ? 0 : Math.round(performance.now() - run.startedAt)
  report(settings.logger, [
    headline(run, event, attempt, `${ms} ms`),
    ...errorLines(error),
    ...(run.addedAt ? [`    added at ${escapeLine(run.addedAt)}`] : []),
  ])
}

/** The store of an engine fails: nothing is lost, and nobody would know otherwise. */
export function reportStore(logger: Logger, error: unknown): void {
  const [first = '', ...rest] = errorLines(error)
  report(logger, [`the store of the jobs failed · ${first.trim()}`, ...rest])
}

/** What a drain gives up is never lost without a word. */
export function reportAbandoned(logger: Logger, run: Run, state: string): void {
  report(logger, [headline(run, 'abandoned', state, `${Date.now() - run.acceptedAt} ms old`)])
}

/** Why a drain is not ok though it may have abandoned nothing. */
export async function reportOpenServer(logger: Logger, server: ClosableServer): Promise<void> {
  const count = await new Promise<number>((resolve) => {
    server.getConnections((_error, connections) => resolve(connections))
  })
  const open = count === 1 ? '1 connection was' : `${count} connections were`
  report(logger, [`server not closed · ${open} still open at the end of the drain`])
}

function report(logger: Logger, lines: string[]): void {
  contain(() => logger.error(lines.join('\n'))) // there is nowhere left to report a broken logger
}

// The name of an anonymous task has the request in it already.
function headline({ name, request }: Run, event: string, ...facts: string[]): string {
  const where = describeRequest(request)
  const parts = [`task ${name} ${event}`, name.endsWith(where) ? '' : where, ...facts]
  return escapeLine(parts.filter(Boolean).join(' · '))
}

/** `POST /signup`, and no more of the URL: secrets travel there. Empty outside of a request. */
export function describeRequest(request: RequestInfo | undefined): string {
  if (!request) return ''
  return [request.method, pathOf(request.url)].filter(Boolean).join(' ')
}

// A client may send the whole URL, as to a proxy: `GET http://ada:secret@host/path?query#fragment`.
function pathOf(url = ''): string | undefined {
  return /^(?:[a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1]
}

/** The file and line that called `entry`, a function of ours; relative to the working folder. */
export function callSite(entry: AnyFunction): string | undefined {
  const limit = Error.stackTraceLimit
  const site: { stack?: string } = {}
  try {
    Error.stackTraceLimit = 1
    Error.captureStackTrace(site, entry)
    Error.stackTraceLimit = limit
    // Read at once: until it is, a stack keeps alive the functions that stand in it.
    return siteOf(site.stack)
  } catch {
    return undefined // a frozen Error
  }
}

// `    at name (file:line:column)`, or without the name and the parentheses; folders may have some.
function siteOf(stack = ''): string | undefined {
  const frame = stack.slice(stack.lastIndexOf('\n    at ') + 8)
  const inner = frame.endsWith(')') ? frame.slice(frame.indexOf(' (') + 2, -1) : frame
  const [, file, line] = /^(.+):(\d+):\d+$/.exec(inner) ?? []
  if (!file) return undefined
  const absolute = file.startsWith('file:') ? fileURLToPath(file) : file
  const relative = path.relative(process.cwd(), absolute)
  return `${relative.startsWith('..') ? absolute : relative}:${line}`
}

// Every line but the first is indented, and no control character survives: whatever stands in an
// error's text, it cannot pass for a line of the log or colour it.
function errorLines(error: unknown): string[] {
  let text: string
  try {
    text = inspect(error)
    // A line break in the message would look like a line of the stack.
    const message = (error as Error | null | undefined)?.message
    if (typeof message === 'string') text = text.replace(message, () => escapeLine(message))
  } catch {
    text = '(an error that cannot be printed)'
  }
  // A line that the text itself has broken is indented more than any of ours.
  return text.split('\n').map((line, index) => {
    const isOurs = index === 0 || /^( {2}|[}\])]+$)/.test(line)
    const indent = isOurs ? '    ' : '      '
    return indent + escapeLine(line)
  })
}

// C0 and C1 controls, line separators, and the marks that turn the direction of writing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A text on one line of a log: control characters and the like are escaped. */
export function escapeLine(text: string): string {
  return text.replace(unprintable, (character) => {
    if (character === '\n') return '\\n'
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
