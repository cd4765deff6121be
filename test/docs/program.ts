import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll } from 'vitest'
import { moduleName } from './compile.js'
import type { Block } from './pages.js'

const programs = new Set<ChildProcess>()
afterAll(() => {
  for (const program of programs) program.kill('SIGKILL')
})

// What the test runner sets for itself, or a developer for his terminal, is not for the program.
const unset = { NODE_ENV: undefined, NODE_OPTIONS: undefined, NODE_DEBUG: undefined }
const env = { ...process.env, ...unset, FORCE_COLOR: undefined, VITEST: undefined }
const listen = pathToFileURL(path.join(import.meta.dirname, 'listen.mjs')).href

/** A block that runs in a process of its own. */
export class Program {
  /** The port that its server listens on; undefined when it has ended without one. */
  readonly port: Promise<number | undefined>
  /** Its exit code, or the signal. */
  readonly end: Promise<number | string>
  readonly #process: ChildProcess
  readonly #block: Block
  #printed = ''

  constructor(folder: string, block: Block) {
    const script = path.join(folder, `${moduleName(block)}.mjs`)
    // Without warnings: on a busy machine a task may seem to block.
    const command = ['--no-warnings', '--enable-source-maps', '--import', listen, script]
    // Both of its streams in one, so that their lines keep their order.
    this.#process = spawn('sh', ['-c', 'exec "$0" "$@" 2>&1', process.execPath, ...command], {
      cwd: path.dirname(folder),
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    programs.add(this.#process)
    this.#block = block
    this.#process.stdout?.setEncoding('utf8').on('data', (text) => (this.#printed += text))
    this.end = once(this.#process, 'close').then(([code, signal]) => code ?? signal)
    const listens = once(this.#process, 'message').then(([{ port }]) => port as number)
    this.port = Promise.race([listens, this.end.then(() => undefined)])
  }

  /** What it has printed: as if it were `app.ts`, and its first line the first of the block. */
  get printed(): string {
    const name = moduleName(this.#block)
    const place = new RegExp(`[^\\s("]*${name}\\.mts:(\\d+)`, 'g')
    return this.#printed.replace(place, (_, line) => `app.ts:${line - this.#block.line}`)
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }
}
