// Prints the contract as a table, rows × frameworks, and writes it to docs/contract.md.
//
//   npm run matrix                         runs the contract's tests and writes the page
//   npm run matrix -- --check              runs them, and fails when the page is not current
//   npm run matrix -- --report file.json   takes a JSON report of a run of vitest instead
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { contractPage } from './contract-page.mjs'

const page = new URL('../docs/contract.md', import.meta.url)
const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, report: { type: 'string' } },
})

const tests = values.report ? readReport(values.report) : runTests()
const failed = tests.filter(({ status }) => status === 'failed')
for (const { fullName, failureMessages } of failed) {
  console.error(`✗ ${fullName}\n  ${failureMessages.join('\n  ')}\n`)
}
const { text, summary } = contractPage(tests.flatMap(({ meta }) => meta.cell ?? []))

if (failed.length > 0) {
  fail(`${failed.length} tests failed: no table without them.`)
} else if (values.check && readFileSync(page, 'utf8') !== text) {
  fail('docs/contract.md is not current: npm run matrix')
} else {
  if (values.check) console.log(`docs/contract.md is current. ${summary}`)
  else {
    writeFileSync(page, text)
    console.log(text)
  }
}

function fail(message) {
  console.error(message)
  process.exitCode = 1
}

function runTests() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'backgrounder-'))
  const file = path.join(folder, 'report.json')
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
  spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', 'test/contract', ...reporters],
    { cwd: new URL('..', import.meta.url), stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const tests = readReport(file)
  rmSync(folder, { recursive: true })
  return tests
}

/** The tests of a report, those of one framework after the other's. */
function readReport(file) {
  const order = ['node', 'express', 'koa', 'fastify', 'hono']
  const rank = ({ name }) => order.indexOf(path.basename(name, '.test.ts'))
  const files = JSON.parse(readFileSync(file, 'utf8')).testResults.filter(({ name }) =>
    name.includes('/test/contract/'),
  )
  return files.sort((a, b) => rank(a) - rank(b)).flatMap((each) => each.assertionResults)
}
