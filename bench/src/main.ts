// npm run bench: every figure with its control, as a ratio, in under ten minutes. With --write the
// tables go into docs/performance.md too.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { asyncContext, coreCpu, pendingBytes } from './core.js'
import { machine } from './machine.js'
import { counts, nextRequest, requestBytes, requestCpu } from './requests.js'
import { type Line, markdown, verdict } from './table.js'

interface Section {
  readonly title: string
  measure(): Promise<Line[]>
}

const sections: Section[] = [
  {
    title: 'CPU time per request over real sockets (scatters by tens of per cent; no targets)',
    measure: () => requestCpu('socket'),
  },
  {
    title: 'CPU time per request over a connection in memory (an upper bound of the ratio)',
    measure: () => requestCpu('memory'),
  },
  { title: 'What a request without a task makes', measure: counts },
  { title: 'Memory per request', measure: requestBytes },
  {
    title: 'The runner alone',
    measure: async () => [...(await coreCpu()), ...(await pendingBytes())],
  },
  { title: 'The option asyncContext', measure: asyncContext },
  { title: 'The next request on the connection', measure: nextRequest },
  { title: 'What a user loads, bundled, minified and gzipped', measure: async () => sizes() },
]

function sizes(): Line[] {
  // It exits with 1 beyond a limit, which is for `npm run size` to say.
  const { stdout } = spawnSync('npx', ['size-limit', '--json'], { cwd: root, encoding: 'utf8' })
  const measured = JSON.parse(stdout) as { name: string; size: number }[]
  return measured.map(({ name, size }) => {
    const target = name === 'core' ? 6 : 9
    return {
      figure: '9',
      what: name,
      framework: '',
      value: `${(size / 1000).toFixed(2)} kB`,
      target: `≤ ${target} kB`,
      verdict: verdict(size / 1000, target),
    }
  })
}

const root = new URL('../../', import.meta.url)
const started = performance.now()
const parts = [machine()]
console.log(parts[0])
for (const { title, measure } of sections) {
  const part = `### ${title}\n\n${markdown(await measure())}`
  const minutes = ((performance.now() - started) / 60_000).toFixed(1)
  console.log(`\n${part}\n\n(${minutes} minutes so far)`)
  parts.push(part)
}
console.log(`\n${((performance.now() - started) / 60_000).toFixed(1)} minutes`)

if (process.argv.includes('--write')) {
  const page = new URL('docs/performance.md', root)
  const [before] = readFileSync(page, 'utf8').split('<!-- npm run bench -- --write -->')
  writeFileSync(page, `${before}<!-- npm run bench -- --write -->\n\n${parts.join('\n\n')}\n`)
}
