import { rootScope } from './root-scope.js'
import type { SettledState } from './task-run.js'

/** The promise of a task's end, made when somebody asks for it. Nobody has to handle it. */
export interface Done {
  readonly promise: Promise<void>
  settle(state: SettledState, error: unknown): void
}

/** Not made in the async context of whoever asks, which it would keep. */
export function makeDone(): Done {
  return rootScope.runInAsyncScope(() => {
    let settle!: Done['settle']
    const promise = new Promise<void>((resolve, reject) => {
      settle = (state, error) => (state === 'succeeded' ? resolve() : reject(error))
    })
    promise.catch(() => {})
    return { promise, settle }
  })
}
