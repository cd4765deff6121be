import type { RequestTasks, Runner } from '@backgrounder/core'
import type { Core } from './core.js'
import { type ModelLane, modelLane } from './model-task.js'

export interface BothResponse {
  readonly model: ModelLane
  readonly tasks: RequestTasks
  end(ok: boolean): void
}

/** A response that is over when the scenario says so. */
export function makeResponse(core: Core, runner: Runner, asGroup: boolean): BothResponse {
  type Observer = { responseOver(outcome: Outcome): void }
  type Outcome = { status: number; sent: boolean }
  let observer: Observer | undefined
  let outcome: Outcome | undefined
  const source = {
    describe: () => ({ id: undefined, method: 'GET', url: '/' }),
    observe(_response: unknown, lane: Observer) {
      observer = lane
      return outcome
    },
  }
  const tasks = new core.RequestTasks(runner, source, {}, {})
  if (asGroup) tasks.asGroup = true
  return {
    tasks,
    model: modelLane(asGroup),
    end(ok) {
      outcome = { status: ok ? 200 : 500, sent: true }
      observer?.responseOver(outcome)
    },
  }
}
