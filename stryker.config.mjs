// Mutation testing of core and http: see docs/mutation.md. One file at a time is the way to use it:
// npm run mutation -- --mutate packages/core/src/turns.ts
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.mts', related: false },
  plugins: ['@stryker-mutator/vitest-runner', './stryker.config.mjs'],
  ignorers: ['named'],
  // Without what is types only.
  mutate: ['packages/{core,http}/src/*.ts', '!**/{index,task-run}.ts'],
  // Texts are not logic, and the tests have those that are promised.
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 2_000,
  timeoutFactor: 1.2,
  // Stryker would read it by an API that TypeScript 7 does not have.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  ignorePatterns: ['dist', 'bench', 'examples', '/docs'],
  tempDirName: '.stryker',
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'mutation/report.json' },
}

// `{ Tasks: () => … }.Tasks` is there for the function's name, which a mutant in it would take away.
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'named',
    value: {
      shouldIgnore({ node }) {
        const isNamed = node.type === 'MemberExpression' && node.object.type === 'ObjectExpression'
        return isNamed ? 'It gives a function its name' : undefined
      },
    },
  },
]
