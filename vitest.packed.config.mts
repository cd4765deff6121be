import { defineConfig } from 'vitest/config'

// What npm would publish, in projects of its own outside of the workspace: see test/packed.
export default defineConfig({
  test: {
    include: ['test/packed/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 900_000,
  },
})
