import { configDefaults, defineConfig } from 'vitest/config'

// Tests run on the sources of the packages; what runs on what was built or packed has a
// configuration of its own.
export default defineConfig({
  ssr: { resolve: { conditions: ['@backgrounder/source', 'module', 'node'] } },
  test: {
    include: ['{packages,examples}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/{packed,types}/**'],
    testTimeout: 20_000,
    // Of a machine that is slow, or busy with other tests.
    expect: { poll: { timeout: 10_000 } },
    globalSetup: './test/build-threads.mts',
  },
})
