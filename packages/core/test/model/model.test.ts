import * as core from '@backgrounder/core'
import { expect, it } from 'vitest'
import { checkModel, report } from './check.js'

// MODEL_SEED and MODEL_PATH, as a failure prints them, play it again; MODEL_RUNS plays more, and
// MODEL_SHRINK=no looks for no smaller scenario that fails. MODEL_TIMEOUT is in ms.
const { MODEL_SEED, MODEL_PATH, MODEL_RUNS = '300', MODEL_SHRINK } = process.env
const { MODEL_TIMEOUT = '600000' } = process.env

it(
  'a runner does what the model says, whatever is asked of it',
  async () => {
    const details = await checkModel(core, {
      numRuns: Number(MODEL_RUNS),
      endOnFailure: MODEL_SHRINK === 'no',
      ...(MODEL_SEED && { seed: Number(MODEL_SEED) }),
      ...(MODEL_PATH && { path: MODEL_PATH }),
    })
    if (details.failed) expect.fail(report(details))
  },
  Number(MODEL_TIMEOUT),
)
