/** Something that the runner did, or did not do, is not as the model says. */
export class Violation extends Error {
  readonly property: Property

  constructor(property: Property, message: string) {
    super(`${property}: ${message}`)
    this.name = 'Violation'
    this.property = property
  }
}

export type Property =
  | 'never more than `concurrency` functions run'
  | 'one attempt of a task runs at a time'
  | 'what is ready starts once there is a slot, and nothing else does'
  | 'a task is in the state that the model says'
  | 'a task is settled once'
  | 'the counts add up'
  | 'signals are aborted when the model says so'
  | 'maxPending refuses what is beyond it, and nothing else'
  | 'a drain ends, and its report adds up'
  | 'a list runs in order or as a group, in one slot'
  | 'nothing is left behind'

export function check(holds: boolean, property: Property, message: () => string): void {
  if (!holds) throw new Violation(property, message())
}

/** That both are the same, as JSON. */
export function same(actual: unknown, expected: unknown, property: Property, what: string): void {
  if (Object.is(actual, expected)) return
  const [is, should] = [show(actual), show(expected)]
  check(is === should, property, () => `${what} is ${is}, and the model says ${should}`)
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (inner === Infinity ? 'Infinity' : inner))
}
