// Prints the contract as a table, rows × frameworks, and writes it to docs/contract.md; a few of its
// rows go into the README.
//
//   npm run matrix                         runs the contract's tests and writes the page
//   npm run matrix -- --check              runs them, and fails when a page is not current
//   npm run matrix -- --report file.json   takes a JSON report of a run of vitest instead
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { contractPage, readmeTable } from './contract-page.mjs'

const page = new URL('../docs/contract.md', import.meta.url)
const readme = new URL('../README.md', import.meta.url)
const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, report: { type: 'string' } },
})

const tests = values.report ? readReport(values.report) : runTests()
const failed = tests.filter(({ status }) => status === 'failed')
for (const { fullName, failureMessages } of failed) {
  console.error(`✗ ${fullName}\n  ${failureMessages.join('\n  ')}\n`)
}
const cells = tests.flatMap(({ meta }) => meta.cell ?? [])

if (failed.length > 0) fail(`${failed.length} tests failed: no table without them.`)
else tell()

function tell() {
  const { text, summary } = contractPage(cells)
  const before = readFileSync(readme, 'utf8')
  const after = before.replace(
    /(<!-- matrix[^>]*-->\n).*?(<!-- \/matrix -->)/s,
    (_, start, end) => `${start}\n${readmeTable(cells)}\n\n${end}`,
  )
  if (values.check) {
    if (readFileSync(page, 'utf8') !== text) fail('docs/contract.md is not current: npm run matrix')
    else if (before !== after) fail('The table of README.md is not current: npm run matrix')
    else console.log(`docs/contract.md and README.md are current. ${summary}`)
    return
  }
  writeFileSync(page, text)
  writeFileSync(readme, after)
  console.log(text)
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
