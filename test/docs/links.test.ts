import { describe, expect, it } from 'vitest'
import { wrongLinks } from './links.js'
import { readPage, readPages } from './pages.js'

const pages = readPages()

describe.each(pages.map((page) => [page.name, page] as const))('%s', (_, page) => {
  it('has no dead link', () => {
    expect(wrongLinks(page)).toEqual([])
  })
})

it('the index has every page', () => {
  const index = pages.find(({ name }) => name === 'docs/README.md')
  const text = JSON.stringify(index?.tree ?? '')
  const missing = pages.filter(({ name }) => {
    return /^docs\/(?!README)/.test(name) && !text.includes(`"${name.slice('docs/'.length)}`)
  })
  expect(missing.map(({ name }) => name)).toEqual([])
})

const page = `# A page

## What \`it\` *does*, and when

## Twice
## Twice

See [here](#what-it-does-and-when), [again](#twice-1) and [the design](design.md#the-rooms).
<a href="../README.md">home</a> [test](../packages/core/test/task.test.ts)

| a | table |
|---|---|
| with | [a link](https://nodejs.org/api/) |

`

it.each([
  ['a page that is right', '', []],
  ['a file', '[x](nowhere.md)', ['nowhere.md does not exist']],
  ['a picture', '![x](nowhere.png)', ['nowhere.png does not exist']],
  ['an anchor of its own', '[x](#what)', ['#what has no such anchor']],
  ['an anchor of another page', '[x](design.md#no)', ['design.md#no has no such anchor']],
  ['a place outside', '[x](../../x)', ['../../x leads out of the repository']],
  ['HTML', '<a href="no.md">x</a>', ['no.md does not exist']],
  ['a definition', '[x][y]\n\n[y]: no.md', ['no.md does not exist']],
  ['no definition', '[x][y]', ['[x][y] is defined nowhere']],
  ['an address', '[x](https://nodejs)', ['https://nodejs is no address']],
  ['no test', '[test](design.md)', ['design.md is no test']],
])('is told of: %s', (_, text, wrong) => {
  const told = wrongLinks(readPage('docs/x.md', `${page}${text}\n`))
  expect(told.map((line) => line.replace(/^docs\/x\.md:1[57]: /, ''))).toEqual(wrong)
})

it('is not told of what stands in code', () => {
  const code = '`[x](no.md)`\n\n```md\n[x](no.md)\n```\n'
  expect(wrongLinks(readPage('docs/x.md', code))).toEqual([])
})

it.each([
  ['a word that means nothing', '```ts nocheck\n```'],
  ['one without its reason', '```ts no-run\n```'],
  ['one with the reason of another', '<!-- no-run: why -->\n```ts no-check\n```'],
])('a block is refused for %s', (_, text) => {
  expect(() => readPage('docs/x.md', text)).toThrow(/^docs\/x\.md:[12]: /)
})
