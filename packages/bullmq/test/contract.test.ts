import { engineContract } from '@backgrounder/core/testing'
import { it } from 'vitest'
import { describeStores } from './stores/index.js'

describeStores('bullmqEngine', (store) => {
  for (const { name, run } of engineContract) it(name, () => run(() => store.open()), 90_000)
})
