import { type Job, Worker } from 'bullmq'

/** Between two tries of a store that refuses, in ms. */
const PACE_MS = 500

/** BullMQ's worker, with two mends. */
export class PacedWorker extends Worker {
  /**
   * After an error that is not one of the connection BullMQ asks again at once: a Redis that is full was
   * asked 5,000 times a second, and without its tables PostgreSQL let nothing else run in the process.
   */
  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      return await super.moveToActive(token, name)
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, PACE_MS))
      throw error
    }
  }

  /** What `close` does at its end: without a store it does not come so far. */
  async cut(): Promise<void> {
    await Promise.all([this.backend.close(true), this.lockManager.close()])
  }
}
