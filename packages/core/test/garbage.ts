import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { turn } from './deferred.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

export async function isCollected(reference: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 10 && reference.deref(); round += 1) {
    await turn()
    collectGarbage()
  }
  return reference.deref() === undefined
}
