import type { Body, Call, List } from './scenario.js'
import { check } from './violation.js'

/** A function of a task, which is that one, or a list of them and of lists. */
export interface Leaf {
  readonly call: Call
  state: 'idle' | 'running' | 'succeeded' | 'failed'
  /** Whether the task was told to stop, or a group around this one, because another has failed. */
  isAborted(): boolean
}

/**
 * What an attempt of a task calls. It is told what becomes of the functions, and knows the rest.
 * Whether all around it was aborted is for its caller to say.
 */
export interface Node {
  readonly leaves: readonly Leaf[]
  readonly hasStarted: boolean
  hasEnded(isAborted: boolean): boolean
  /** It has ended, and at least one of its functions has failed. */
  hasFailed(isAborted: boolean): boolean
  /** Whether it is to succeed, now that it has ended; undefined: the model does not say. */
  isOk(isAborted: boolean): boolean | undefined
  /** @throws Violation when more runs than may, or something out of its order. */
  checkStarts(isAborted: boolean): void
  /**
   * Whoever was told to stop starts nothing from here on; a list that is not at rest may rest before
   * the next. @throws Violation when something that should run by now does not.
   */
  checkProgress(isAborted: boolean, isAtRest: boolean): void
}

export function modelOf(body: Body, isAborted: () => boolean): Node {
  return 'tasks' in body ? listNode(body, isAborted) : leafNode(body, isAborted)
}

function leafNode(call: Call, isAborted: () => boolean): Node {
  const leaf: Leaf = { call, state: 'idle', isAborted }
  return {
    leaves: [leaf],
    get hasStarted() {
      return leaf.state !== 'idle'
    },
    hasEnded: () => leaf.state === 'succeeded' || leaf.state === 'failed',
    hasFailed: () => leaf.state === 'failed',
    isOk: () => leaf.state === 'succeeded',
    checkStarts() {},
    checkProgress() {},
  }
}

function listNode(list: List, isAbortedAround: () => boolean): Node {
  const slots = list.asGroup ? list.concurrency : 1
  const hasStopped = () =>
    list.onFailure === 'stop' && children.some((child) => child.hasFailed(false))
  const isGroupAborted = (): boolean => list.asGroup && hasStopped()
  const children: Node[] = list.tasks.map((task) =>
    modelOf(task, () => isAbortedAround() || isGroupAborted()),
  )
  // A group may not have heard of a failure before its next task starts; in order it has.
  const mayNotGoOn = () => !list.asGroup && list.onFailure === 'stop'
  /** How many had started when it was told to stop. */
  let end = Infinity
  const idle = () => children.filter((child) => !child.hasStarted)
  const active = (isAborted: boolean) =>
    children.filter((child) => child.hasStarted && !child.hasEnded(isAborted || isGroupAborted()))

  return {
    leaves: children.flatMap(({ leaves }) => leaves),
    get hasStarted() {
      return children.some(({ hasStarted }) => hasStarted)
    },
    hasEnded(isAborted) {
      const isComplete = idle().length === 0 || isAborted || hasStopped()
      return isComplete && active(isAborted).length === 0
    },
    hasFailed(isAborted) {
      return this.hasEnded(isAborted) && children.some((child) => child.hasFailed(isAborted))
    },
    isOk(isAborted) {
      if (this.hasFailed(isAborted) || idle().length > 0) return false
      // Told to stop when all of it had started.
      return isAborted ? undefined : true
    },
    checkStarts(isAborted) {
      const started = children.map(({ hasStarted }) => hasStarted)
      const inOrder = started.lastIndexOf(true) < [...started, false].indexOf(false)
      check(inOrder, property, () => `which of its tasks have started: ${started}`)
      const last = started.lastIndexOf(true)
      const goesOn = mayNotGoOn() && children.slice(0, last).some((child) => child.hasFailed(false))
      check(!goesOn, property, () => 'one of its tasks starts after another has failed')
      check(last < end, property, () => 'one of its tasks starts after it was told to stop')
      const running = active(isAborted)
      check(running.length <= slots, property, () => `${running.length} run, of ${slots}`)
      for (const child of running) child.checkStarts(isAborted || isGroupAborted())
    },
    checkProgress(isAborted, isAtRest) {
      for (const child of children) {
        if (child.hasStarted) child.checkProgress(isAborted || isGroupAborted(), isAtRest)
      }
      if (isAborted || hasStopped()) {
        end = children.length - idle().length
        return
      }
      const missing = Math.min(idle().length, slots - active(isAborted).length)
      check(
        missing <= 0 || !isAtRest,
        property,
        () => `${missing} of its tasks should have started`,
      )
    },
  }
}

const property = 'a list runs in order or as a group, in one slot'
