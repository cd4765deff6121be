// Runs Fastify's own test suite, out of its npm package, with the adapter in every app and a task on
// every request, and beside it with a plugin and a hook that do nothing. Every test must end alike:
// the few that count plugins or hooks fail in both.
//
//   npm run test:suites              Fastify 4 and 5: some ten minutes on two cores
//   npm run test:suites -- fastify4  one of them
//
// The suites of Express and Koa are not in their npm packages.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseTap } from './tap.mjs'

const FILE_TIMEOUT = 120_000
/** A test that ends in another way three times over is no flaky one. */
const ROUNDS = 3

const mount = fileURLToPath(new URL('mount.cjs', import.meta.url))
const require = createRequire(import.meta.url)
const [only] = process.argv.slice(2)

for (const alias of ['fastify4', 'fastify']) {
  const { version } = require(`${alias}/package.json`)
  if (only && only !== `fastify${version[0]}`) continue
  const root = mkdtempSync(join(tmpdir(), 'suites-'))
  try {
    const folder = install(root, version)
    await compare(`Fastify ${version}`, folder, join(root, 'report'))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The package with its tests and with what they need, in a folder of its own. */
function install(root, version) {
  const folder = join(root, 'package')
  mkdirSync(folder)
  run(root, 'npm', ['pack', '--silent', `fastify@${version}`])
  run(root, 'tar', ['xzf', `fastify-${version}.tgz`])
  run(folder, 'npm', [
    'install',
    '--ignore-scripts',
    '--legacy-peer-deps',
    '--no-audit',
    '--silent',
  ])
  return folder
}

function run(cwd, command, args) {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} has failed`)
}

async function compare(name, folder, report) {
  let files = readdirSync(join(folder, 'test'), { recursive: true })
    .filter((file) => /\.test\.m?js$/.test(file) && !file.startsWith('bundler'))
    .map((file) => join('test', file))
  let different = []
  for (let round = 1; round <= ROUNDS && files.length > 0; round++) {
    const control = await runSuite(folder, files, 'control', report)
    const ours = await runSuite(folder, files, 'ours', report)
    for (const [mounted, { tests, ...counts }] of Object.entries({ control, ours })) {
      const passed = tests.filter(({ verdict }) => verdict === 'ok').length
      console.log(name, `round ${round}`, mounted, { tests: tests.length, passed, ...counts })
    }
    const { accepted, ran, unanswered } = ours
    if ((round === 1 && accepted === 0) || ran !== accepted - unanswered) process.exitCode = 1
    different = differences(control.tests, ours.tests)
    files = [...new Set(different.map(({ file }) => file))]
  }
  for (const { file, key, was, is } of different)
    console.error(`${file}: ${key}: ${was}, now ${is}`)
  if (different.length > 0) process.exitCode = 1
}

function differences(control, ours) {
  const verdicts = new Map(control.map((test) => [`${test.file} ${test.key}`, test]))
  const changed = ours.flatMap(({ file, key, verdict }) => {
    const was = verdicts.get(`${file} ${key}`)?.verdict
    verdicts.delete(`${file} ${key}`)
    return was === verdict ? [] : [{ file, key, was, is: verdict }]
  })
  const gone = [...verdicts.values()].map(({ file, key, verdict }) => ({ file, key, was: verdict }))
  return [...changed, ...gone]
}

/** Each file in a process of its own, as many at once as there are cores. */
async function runSuite(folder, files, mounted, report) {
  writeFileSync(report, '')
  const queue = [...files]
  const tests = []
  async function work() {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const { output, end } = await runFile(folder, file, {
        SUITE_MOUNT: mounted,
        SUITE_REPORT: report,
      })
      for (const [key, verdict] of parseTap(output)) tests.push({ file, key, verdict })
      tests.push({ file, key: 'the process', verdict: end })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const total = { accepted: 0, ran: 0, unanswered: 0 }
  for (const line of readFileSync(report, 'utf8').split('\n').filter(Boolean)) {
    for (const [key, count] of Object.entries(JSON.parse(line))) total[key] += count
  }
  return { tests, ...total }
}

function runFile(folder, file, env) {
  const args = ['--require', mount, '--test-reporter=tap', '--allow-natives-syntax', file]
  const options = { cwd: folder, env: { ...process.env, ...env }, timeout: FILE_TIMEOUT }
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve) => {
    child.on('close', (code, signal) =>
      resolve({ output, end: code === 0 ? 'ok' : `${code ?? signal}` }),
    )
  })
}
