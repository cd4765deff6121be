import { Both } from './both.js'
import { Clock } from './clock.js'
import { compare, compareAtEnd, compareAtRest } from './compare.js'
import type { Core } from './core.js'
import type { Action, Scenario, TaskSpec } from './scenario.js'
import { check } from './violation.js'

/** Plays a scenario on a runner and on the model: the first difference is thrown, a Violation. */
export async function play(core: Core, scenario: Scenario): Promise<void> {
  const clock = new Clock()
  const restore = clock.install()
  const both = new Both(core, scenario, clock)
  try {
    for (const action of scenario.actions) await act(both, clock, action)
    await end(both, clock)
  } finally {
    both.events.stop()
    restore()
  }
}

async function act(both: Both, clock: Clock, action: Action): Promise<void> {
  if (action.do === 'tick') await tick(both, clock, action.ms, action.turns)
  else both.perform(action)
  await rest(both, clock, action.turns)
}

async function tick(both: Both, clock: Clock, ms: number, turns: boolean): Promise<void> {
  const { timers } = both.model
  const end = clock.now + ms
  for (;;) {
    const next = Math.min(clock.next, timers.next)
    if (next > Math.max(end, clock.now)) break
    clock.now = Math.max(next, clock.now)
    // Once in the model and once here: what is due at the same time was armed in the same order.
    if (timers.next <= clock.now) timers.fire()
    if (clock.next <= clock.now) clock.fire()
    await rest(both, clock, turns)
  }
  clock.now = Math.max(end, clock.now)
}

/** Lets promises do what they have to, and with `turns` the loop too. */
async function rest(both: Both, clock: Clock, turns: boolean): Promise<void> {
  await clock.settle()
  for (let left = 10_000; turns && clock.hasTurn; left--) {
    check(left > 0, 'nothing is left behind', () => 'the loop turns for ever')
    clock.turn()
    await clock.settle()
  }
  if (both.violation) throw both.violation
  compare(both, clock, turns)
  if (turns) compareAtRest(both)
}

/** All responses are over and all functions end: then nothing is left, and the runner goes on. */
async function end(both: Both, clock: Clock): Promise<void> {
  const { model, functions } = both
  for (const response of both.responses) both.over(response, true)
  await rest(both, clock, true)
  for (let left = 1_000; model.pending.size + functions.running.size > 0 && left > 0; left--) {
    for (const running of functions.running) running.end(true)
    await rest(both, clock, true)
    if (model.timers.next < Infinity) await tick(both, clock, model.timers.next - clock.now, true)
  }
  await heard(both, clock)
  compareAtEnd(both, clock)
  for (const lane of [undefined, ...both.responses.keys()]) {
    both.add({ lane, spec: plain })
    both.drain(5)
    await rest(both, clock, true)
    check(model.pending.size === 0, 'nothing is left behind', () => 'a later task has not run')
  }
  await heard(both, clock)
  compareAtEnd(both, clock)
}

/** Whoever asks for `done` when all is over hears the same. */
async function heard(both: Both, clock: Clock): Promise<void> {
  for (const task of both.tasks) both.hear(task)
  await clock.settle()
}

const plain: TaskSpec = {
  body: { ends: 'returns', burns: 0 },
  timeout: false,
  queueTimeout: false,
  retries: { attempts: 1, delay: 0, factor: 1 },
  when: 'always',
  signal: undefined,
  adds: [],
  cancelsItself: false,
}
