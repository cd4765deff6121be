import { configDefaults, defineConfig } from 'vitest/config'

// Tests run on the sources of the packages; what runs on what was built or packed has a
// configuration of its own. Without the condition `module`: what it leads to may be for bundlers alone,
// as OpenTelemetry's ES modules are.
export default defineConfig({
  ssr: { resolve: { conditions: ['@backgrounder/source', 'node'] } },
  test: {
    include: ['{packages,examples}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/{packed,types}/**'],
    globalSetup: './test/build-threads.mts',
    // For a machine that is busy: no test is about speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
