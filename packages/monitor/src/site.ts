import type { Runner } from '@backgrounder/core'
import { Gate } from './access.js'
import { Collector } from './collector.js'
import { DrainWatch } from './drain-watch.js'
import type { Exchange } from './exchange.js'
import type { Access, MonitorOptions } from './options.js'
import { makeLog } from './quiet-log.js'
import { View } from './view.js'
import { Viewers } from './viewers.js'

/** What answers a request. */
export class Site {
  readonly view: View
  readonly viewers: Viewers
  isClosed = false
  readonly #collector: Collector
  readonly #gate: Gate
  readonly #watch: DrainWatch

  constructor(named: ReadonlyMap<string, Runner>, options: MonitorOptions) {
    const [runner] = named.values()
    const log = makeLog(runner as Runner)
    const collector = new Collector(named)
    const gate = new Gate(options, log)
    const view = new View(collector, options)
    const viewers = new Viewers(collector, view, gate, log)
    const isHeld = () => viewers.size > 0 || gate.isAsked
    const watch = new DrainWatch(collector, isHeld, () => {
      viewers.tell() // the last that there is
      this.letGo('drained')
    })
    collector.onDrain = () => {
      viewers.tell()
      watch.look()
    }
    this.view = view
    this.viewers = viewers
    this.#collector = collector
    this.#gate = gate
    this.#watch = watch
  }

  ask(exchange: Exchange): Promise<Access> {
    const answer = this.#gate.ask(exchange)
    this.#watch.look()
    return answer
  }

  open(exchange: Exchange, access: Access): void {
    this.viewers.add(exchange, access)
    this.#watch.look()
  }

  /** Whoever closes a server waits for each page, and for who waits to be let in. */
  letGo(reason: string): void {
    this.viewers.endAll(reason)
    this.#gate.letGo()
  }

  close(): void {
    this.isClosed = true
    this.letGo('closed')
    this.#collector.close()
  }
}
