// Runs the whole suite on every Node that is supported.
//
//   npm run test:nodes               on all of them
//   npm run test:nodes -- --others   on all but the one that runs this: `npm test` is that one. Without
//                                    the kill tests, which are about processes and stores: minutes each
import { spawnSync } from 'node:child_process'

const others = process.argv.includes('--others')
const own = process.versions.node.split('.')[0]
const killTests = [
  'test/durable/kill/**',
  'examples/durable-signup/**',
  '**/01-killed-twice.test.ts',
]

// Prints what fails, and nothing else: the end of CI's output is what its reader sees.
const suite = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=minimal']
if (others) suite.push(...killTests.map((files) => `--exclude=${files}`))

for (const major of ['20', '22', '24']) {
  if (others && major === own) continue
  console.log(`\nNode ${major}`)
  // Not a dependency: the npm package of that name would stand before the Node of everybody's PATH.
  const { status } = spawnSync('npx', ['--yes', `node@${major}`, ...suite], {
    cwd: new URL('..', import.meta.url),
    stdio: 'inherit',
  })
  if (status !== 0) {
    console.error(`The suite fails on Node ${major}`)
    process.exit(1)
  }
}
