import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Event } from './handler.js'

/** One process of the platform: it is frozen between events, and at last thrown away. */
export class Instance {
  readonly #process: ChildProcess
  #output = ''

  constructor(mailService: string, how: 'with' | 'without') {
    this.#process = fork(path.join(__dirname, 'instance.ts'), [mailService, how], {
      execArgv: ['--conditions=@backgrounder/source', '--import', 'tsx'],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    this.#process.stdout?.on('data', (data) => (this.#output += data))
  }

  async invoke(event: Event): Promise<Answer> {
    this.#process.send(event)
    const [{ answer }] = await once(this.#process, 'message')
    return answer
  }

  get isFrozen(): boolean {
    const { pid } = this.#process
    // `T` is stopped. Linux tells it without `ps`, which a container may not have.
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') T ')
    return execFileSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).startsWith('T')
  }

  async frozen(): Promise<void> {
    while (!this.isFrozen) await sleep(10)
  }

  /** Ends it, frozen or not; returns what it has printed. */
  async throwAway(): Promise<string> {
    this.#process.kill('SIGKILL')
    await once(this.#process, 'close')
    return this.#output
  }
}
