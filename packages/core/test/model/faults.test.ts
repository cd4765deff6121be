import { describe, expect, it } from 'vitest'
import { checkModel } from './check.js'
import { faults } from './faults.js'
import { faultyCore } from './faulty-core.js'
import { Violation } from './violation.js'

describe('the model notices when', () => {
  for (const [fault, edits] of Object.entries(faults)) {
    it(fault, async () => {
      const core = await faultyCore(edits)
      // Always the same scenarios: whether it is noticed is no matter of chance.
      const { errorInstance, numRuns } = await checkModel(core, {
        seed: 1,
        numRuns: 400,
        endOnFailure: true,
      })
      expect(errorInstance).toBeInstanceOf(Violation)
      if (process.env.MODEL_TELL) console.log(numRuns, fault, '→', String(errorInstance))
    })
  }
})

describe('a fault', () => {
  it('that finds no place in the sources any more is an error', async () => {
    const edit = { file: 'turns', find: 'no such line', replace: '' }
    await expect(faultyCore([edit])).rejects.toThrow('found 0 times')
    await expect(faultyCore([{ ...edit, file: 'gone' }])).rejects.toThrow('no src/gone.ts')
    await expect(faultyCore([{ ...edit, find: 'this.taken' }])).rejects.toThrow(/found \d times/)
  })

  it('in nothing is none: what was built of the sources as they are does what the model says', async () => {
    const details = await checkModel(await faultyCore([]), { seed: 1, numRuns: 20 })
    expect(details.errorInstance).toBeNull()
  })
})
