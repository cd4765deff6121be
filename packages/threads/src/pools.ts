import type { Runner } from '@backgrounder/core'
import { onDrained } from '@backgrounder/core/elsewhere'
import { Pool } from './pool.js'
import { rootScope } from './root-scope.js'
import { type ThreadPool, threadPool } from './thread-pool.js'

const given = new WeakMap<ThreadPool, Pool>()
const own = new WeakMap<Runner, Pool>()

/** The pool that somebody has made. */
export function poolOf(piscina: ThreadPool): Pool {
  let pool = given.get(piscina)
  if (!pool) {
    pool = new Pool(piscina, false)
    given.set(piscina, pool)
  }
  return pool
}

/** The runner's own, made at its first use; after a drain there is a new one. */
export function ownPoolOf(runner: Runner): Pool {
  let pool = own.get(runner)
  if (!pool) {
    pool = rootScope.runInAsyncScope(() => new Pool(threadPool(), true))
    own.set(runner, pool)
    onDrained(runner, () => own.delete(runner))
  }
  return pool
}
