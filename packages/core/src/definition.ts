import type { Background } from './background.js'
import { isThenable } from './contain.js'
import { expected } from './expected.js'
import { merge, type OwnOptions, type TaskOptions } from './options.js'
import type { Task } from './task.js'

// biome-ignore lint/suspicious/noExplicitAny: no other type takes every function
export type AnyFunction = (this: void, ...args: any[]) => unknown

/** What there is to run, whatever it was given as. */
export interface Definition {
  readonly func: AnyFunction
  readonly args: unknown[]
  readonly options: Readonly<TaskOptions>
}

// A Task and a definition are recognised by a registered symbol and not by instanceof: two copies
// of this module may meet.
export const kind: unique symbol = Symbol.for('backgrounder.kind') as never

type Branded = { [kind]?: 'task' | 'definition' }

export function isTask(value: unknown): value is Task {
  return typeof value === 'function' && (value as Branded)[kind] === 'task'
}

export function isDefinition(value: unknown): value is Background {
  return typeof value === 'function' && (value as Branded)[kind] === 'definition'
}

const noOptions: Readonly<TaskOptions> = Object.freeze({})

/**
 * What there is to run for the first argument of `addTask` and of `new Task`; `options` of the
 * caller go over those of a Task or a definition.
 *
 * @throws TypeError when it cannot be run, or not with these arguments.
 */
export function define(given: AnyFunction, args: unknown[], options?: TaskOptions): Definition {
  if (typeof given !== 'function') throw notAFunction(given)
  refuseOptions(given, args)
  const definition = known(given, args)
  return options ? { ...definition, options: merge(definition.options, options) } : definition
}

/**
 * The same with what is kept of the arguments, where the function runs elsewhere.
 *
 * @throws TypeError when they cannot get there.
 */
export function accepted(definition: Definition): Definition {
  const { accept } = definition.options as OwnOptions
  return accept ? { ...definition, args: accept(definition.args) } : definition
}

function known(given: AnyFunction, args: unknown[]): Definition {
  if (isDefinition(given)) return { func: given.func, args, options: given.options }
  if (!isTask(given)) return { func: given, args, options: noOptions }
  if (args.length === 0) return given.definition()
  const mend = 'A Task has its arguments already: make a new Task with these'
  throw expected('the arguments after a Task', 'none', args, mend)
}

/** What is said of anything else in the place of a function. */
export function notAFunction(
  given: unknown,
  what = 'func',
  toBe = 'a function, a Task or a definition',
): TypeError {
  if (Array.isArray(given)) {
    return expected(what, toBe, given, 'For a list of tasks: new Tasks([new Task(send, to), …])')
  }
  const isResult = given === undefined || isThenable(given)
  const mend = 'Pass the function and not its result: addTask(() => send(to)) or addTask(send, to)'
  return expected(what, toBe, given, isResult ? mend : undefined)
}

// Options have their place on the definition or in `with`. Behind the arguments they cannot be told
// from one, but for this: a `when` of ours, in one argument more than the function can take.
function refuseOptions(given: AnyFunction, args: readonly unknown[]): void {
  const when: unknown = (args.at(-1) as TaskOptions | null | undefined)?.when
  if (when !== 'always' && when !== 'sent' && when !== 'success') return
  const func = isDefinition(given) ? given.func : given
  const source = Function.prototype.toString.call(func)
  if (args.length !== func.length + 1 || !takesNoMore.test(source) || seesMore.test(source)) return
  const mend =
    'Options go before the arguments: with(options).addTask(…) or background(fn, options)'
  throw expected('the last argument', 'an argument of the function', args.at(-1), mend)
}

// The source of a function whose parameters are plain names: none has a default, none is a rest.
const takesNoMore = /^(async\s*)?(function\s*)?[\w$]*\s*\(?[\w$\s,]*\)?\s*(=>|\{)/
const seesMore = /\barguments\b|\[native code\]/

export const anonymous = '(anonymous)'

/** The name of a function, whatever stands in its property `name`. */
export function nameOf(func: AnyFunction): string {
  try {
    const name: unknown = func.name
    return typeof name === 'string' && name !== '' ? name : anonymous
  } catch {
    return anonymous
  }
}
