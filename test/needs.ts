import { accessSync, constants } from 'node:fs'
import { describe } from 'vitest'

/** In place of tests that need what this machine has not. In CI it has all: there this is an error. */
export function skip(title: string, reason: string): void {
  if (process.env.BACKGROUNDER_STORES === 'all') throw new Error(`${title} is skipped: ${reason}`)
  console.warn(`skipped: ${title}: ${reason}`)
  describe.skip(`${title} (${reason})`, () => {})
}

/** Whether it is a file that can be run. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
