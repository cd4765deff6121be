import { setTimeout as sleep } from 'node:timers/promises'
import { Injectable, type OnApplicationShutdown } from '@nestjs/common'

/** Stands in for a mail service. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  isOpen = true

  async send(to: string): Promise<void> {
    await sleep(1_000)
    console.log(`mail to ${to}, over a connection that is ${this.isOpen ? 'open' : 'closed'}`)
  }

  // Not OnModuleDestroy, nor BeforeApplicationShutdown: these come before the tasks have ended.
  onApplicationShutdown(): void {
    this.isOpen = false
  }
}
