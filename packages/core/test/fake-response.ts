import {
  createRunner,
  type Outcome,
  type RequestInfo,
  RequestTasks,
  type ResponseObserver,
  type ResponseSource,
  type Runner,
  type RunnerOptions,
} from '@backgrounder/core'

export const sent: Outcome = { status: 200, sent: true }

/** A response that is over when the test says so. */
export interface FakeResponse {
  readonly tasks: RequestTasks
  readonly runner: Runner
  /** How often the collector began to watch the response. */
  observed: number
  observer?: ResponseObserver
  outcome?: Outcome
  end(outcome?: Outcome): void
}

export function fakeResponse(
  options: RunnerOptions = {},
  runner: Runner = createRunner({ onError: () => {}, ...options }),
  of: Partial<RequestInfo> = {},
): FakeResponse {
  const request = { id: 'r1', method: 'POST', url: '/signup?token=secret', ...of }
  const response: FakeResponse = {
    runner,
    observed: 0,
    get tasks() {
      return tasks
    },
    end(outcome = sent) {
      response.outcome = outcome
      response.observer?.responseOver(outcome)
    },
  }
  const tasks = new RequestTasks(runner, source, request, response)
  return response
}

const source: ResponseSource<RequestInfo, FakeResponse> = {
  describe: (request) => request,
  observe(response, observer) {
    response.observed += 1
    response.observer = observer
    return response.outcome
  },
}
