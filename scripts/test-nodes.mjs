// Runs the whole suite on every Node that is supported.
//
//   npm run test:nodes               on all of them
//   npm run test:nodes -- --others   on all but the one that runs this: `npm test` is that one. Without
//                                    the kill tests, which are about processes and stores: minutes each
import { spawnSync } from 'node:child_process'

const others = process.argv.includes('--others')
const own = process.versions.node.split('.')[0]

for (const major of ['20', '22', '24']) {
  if (others && major === own) continue
  console.log(`\nNode ${major}`)
  // Not a dependency: the npm package of that name would stand before the Node of everybody's PATH.
  const suite = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot']
  const less = others
    ? ['--exclude=test/durable/kill/**', '--exclude=examples/durable-signup/**']
    : []
  const { status } = spawnSync('npx', ['--yes', `node@${major}`, ...suite, ...less], {
    cwd: new URL('..', import.meta.url),
    stdio: 'inherit',
  })
  if (status !== 0) {
    console.error(`The suite fails on Node ${major}`)
    process.exitCode = 1
  }
}
