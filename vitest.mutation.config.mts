import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// What must run in a fresh process comes first, then the model, which finds most; of the others the
// slow ones, here, come last.
const first = ['bad-tasks', 'not-a-decorator', 'model']
const last = [
  ...['when', 'cancel', 'timeout', 'track', 'containment', 'concurrency', 'testing', 'done'],
  ...['events', 'around', 'await-policies', 'drain-abort', 'signal-option', 'outcome'],
  ...['agrees-with-on-finished', 'drain-timeout', 'async-context-option', 'bad-options'],
  ...['queue-timeout', 'tasks-as-group', 'async-context', 'drain', 'warnings', 'retries'],
  ...['nested-abort', 'many-tasks'],
]
// Left out for their time: MUTATION_SLOW=1 runs them too, for a second look at what has survived.
const slow = process.env.MUTATION_SLOW ? [] : ['async-context', ...last.slice(-2)]

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.sort((a, b) => place(a) - place(b))
  }
}

function place({ moduleId }: TestSpecification): number {
  const name = moduleId.replace(/.*\/|\.test\.ts$/g, '')
  return first.includes(name) ? first.indexOf(name) - 9 : last.indexOf(name) + 1
}

// The tests of http are few: MUTATION_CONTRACT=1 runs the contract on node:http too.
const contract = process.env.MUTATION_CONTRACT ? ['test/contract/node.test.ts'] : []

/** What runs on each mutant, for `npm run mutation`: see docs/mutation.md. */
export default defineConfig({
  resolve: {
    // Of the copy that is mutated: the links in node_modules lead out of it.
    alias: [
      { find: '@backgrounder/core/durable', replacement: source('core', 'durable') },
      { find: '@backgrounder/core/testing', replacement: source('core', 'testing') },
      { find: '@backgrounder/core', replacement: source('core', 'index') },
      { find: '@backgrounder/http', replacement: source('http', 'index') },
    ],
  },
  test: {
    include: ['packages/{core,http}/test/**/*.test.ts', ...contract],
    exclude: [
      ...configDefaults.exclude,
      // In a process of their own, where no mutant is active.
      'packages/core/test/{process,report-on-stderr}.test.ts',
      'packages/core/test/model/faults.test.ts',
      ...slow.map((name) => `packages/core/test/${name}.test.ts`),
    ],
    // Always the same scenarios, and no search for a smaller one that fails.
    env: { MODEL_SEED: '1', MODEL_RUNS: '60', MODEL_SHRINK: 'no', MODEL_TIMEOUT: '10000' },
    isolate: false,
    sequence: { sequencer: QuickFirst },
    testTimeout: contract.length > 0 ? 10_000 : 2_000,
  },
})

function source(name: string, file: string): string {
  return `${import.meta.dirname}/packages/${name}/src/${file}.ts`
}
