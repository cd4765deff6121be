import { engineContract, inMemoryEngine } from '@backgrounder/core/testing'
import { describe, it } from 'vitest'

describe('inMemoryEngine', () => {
  for (const { name, run } of engineContract) it(name, () => run(async () => inMemoryEngine()))
})
