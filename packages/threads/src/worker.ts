// What piscina loads in each thread.
import { MessageChannel, type MessagePort, parentPort, threadId } from 'node:worker_threads'
import { type RemoteCall, remoteCall } from '@backgrounder/core/elsewhere'
import { Board } from './board.js'
import { buffersIn, revive } from './buffers.js'
import { describeError, isClonable, toError } from './described-error.js'
import type { Begun, GiveBoard, Request, Response, Stop } from './messages.js'
import { registerTsx } from './typescript.js'

const running = new Map<string, RemoteCall>()
let registered: Promise<void> | undefined
/** The pools that have been given a port of this thread, and the board of each, once it has come. */
const boards = new Map<string, Board | undefined>()

/** Runs one call of a function. Never rejects: an error goes back described. */
export async function run(request: Request): Promise<Response> {
  const key = `${request.pool} ${request.id}`
  const call = request.task && remoteCall(request.task)
  if (call) running.set(key, call)
  begin(request)
  try {
    const func = await load(request)
    // Told to stop before its start.
    if (call?.abortion) throw call.abortion.reason
    revive(request.buffers)
    const args = [...request.args]
    const value = await (call ? call.call(func, args) : func(...args))
    return answer(request, value)
  } catch (error) {
    return { error: describeError(error) }
  } finally {
    running.delete(key)
    await Promise.all([written(process.stdout), written(process.stderr)])
  }
}

/** What stands in a stream of a thread when the process ends, or the thread, is printed by nobody. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve))
}

function begin({ id, place, pool }: Request): void {
  const board = boards.get(pool)
  if (board && place !== undefined) {
    board.begin(place, id, threadId)
    return
  }
  const port = boards.has(pool) ? undefined : listen(pool)
  const begun: Begun = { backgrounder: 'begun', id, pool, thread: threadId, port }
  parentPort?.postMessage(begun, port ? [port] : [])
}

function listen(pool: string): MessagePort {
  boards.set(pool, undefined)
  const { port1, port2 } = new MessageChannel()
  port1.on('message', (message: GiveBoard | Stop) => {
    if ('board' in message) boards.set(pool, new Board(message.board))
    else running.get(`${pool} ${message.id}`)?.abort(toError(message.reason))
  })
  port1.unref()
  return port2
}

// biome-ignore lint/suspicious/noExplicitAny: the types were checked where it was defined
type AnyFunction = (this: void, ...args: any[]) => unknown

/** To ask Node again for one that has loaded takes it 10 to 20 µs. */
const modules = new Map<string, Record<string, unknown>>()

async function load({ file, name, tsx }: Request): Promise<AnyFunction> {
  if (tsx) registered ??= registerTsx(tsx)
  await registered
  const module = modules.get(file) ?? (await import(file))
  modules.set(file, module)
  // Names of a CommonJS module that Node did not find stand there.
  const rest = module.default as Record<string, unknown> | null | undefined
  for (const func of [module[name], rest?.[name]]) {
    if (typeof func === 'function') return func as AnyFunction
  }
  const found = [...new Set([...Object.keys(module), ...Object.keys(rest ?? {})])]
  const names = found.length > 0 ? found.join(', ') : 'nothing'
  throw new TypeError(`Expected ${file} to export a function ${name}: it exports ${names}`)
}

function answer({ name, wantsResult }: Request, value: unknown): Response {
  if (!wantsResult) return { value: undefined, buffers: [] }
  const isSimple = typeof value !== 'object' && typeof value !== 'function'
  if (!isSimple && typeof value !== 'symbol' && !isClonable(value)) {
    throw new TypeError(`What ${name} returns cannot be cloned: return what a thread can pass on`)
  }
  return { value, buffers: buffersIn([value]) }
}
