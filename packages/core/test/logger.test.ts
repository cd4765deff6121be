import { createRunner, type Logger } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'

describe('a logger', () => {
  const loggers: [string, Logger['error']][] = [
    [
      'throws',
      () => {
        throw new Error('the disk is full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the disk is full'))],
    ['hangs', () => new Promise(() => {})],
  ]

  it.each(loggers)('that %s is contained', async (_, error) => {
    const runner = createRunner({ logger: { error } })
    const run = runner.addTask(() => Promise.reject(new Error('no route')))
    await runner.addTask(() => {}).done
    await runner.settled()
    expect(run.state).toBe('failed')
  })

  it('that throws is contained also after an onError that throws', async () => {
    const fail = () => {
      throw new Error('broken')
    }
    const runner = createRunner({ onError: fail, logger: { error: fail } })
    const run = runner.addTask(fail)
    await runner.addTask(() => {}).done
    expect(run.state).toBe('failed')
  })

  it('is called as a method of itself', async () => {
    const logger = {
      reports: 0,
      error(this: { reports: number }) {
        this.reports += 1
      },
    }
    const runner = createRunner({ logger })
    runner.addTask(() => Promise.reject(new Error('no route')))
    await runner.settled()
    expect(logger.reports).toBe(1)
  })
})
