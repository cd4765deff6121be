import { defineConfig } from 'vitest/config'

// The declarations that were built, under each supported version of TypeScript: see test/types.
export default defineConfig({
  test: {
    include: ['test/types/**/*.test.ts'],
    testTimeout: 60_000,
  },
})
