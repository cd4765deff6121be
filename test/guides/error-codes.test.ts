import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as core from '@backgrounder/core'
import { ThreadDiedError } from '@backgrounder/threads'
import { describe, expect, it } from 'vitest'

// docs/error-codes.md has every code that the sources can produce, and no other; what it shows as an
// error's text is what that error says.

const root = path.join(import.meta.dirname, '../..')
const page = readFileSync(path.join(root, 'docs/error-codes.md'), 'utf8')

function sources(): string {
  const folders = readdirSync(path.join(root, 'packages')).map((name) =>
    path.join(root, 'packages', name, 'src'),
  )
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(path.join(folder, file), 'utf8')),
    )
    .join('\n')
}

const unique = (words: Iterable<string>) => [...new Set(words)].sort()

/** The part of the page below a heading, up to the next one. */
function section(code: string): string {
  const [, text] = page.split(`\n### ${code}\n`)
  expect(text, `a section ${code}`).toBeDefined()
  return (text as string).split('\n#')[0] as string
}

const codes = unique(sources().match(/\bBG_[A-Z_]+/g) ?? [])

it('the page has the codes of the sources, and no other', () => {
  expect(codes.length).toBeGreaterThan(10)
  const titles = [...page.matchAll(/^### (\S+)$/gm)].map(([, title]) => title as string)
  expect(titles.toSorted()).toEqual(codes)
  expect(unique(page.match(/\bBG_[A-Z_]+/g) ?? [])).toEqual(codes)
})

it.each(codes)('%s: when, cause and mend', (code) => {
  const parts = [...section(code).matchAll(/^- \*\*(\w+):\*\* \S/gm)].map(([, part]) => part)
  expect(parts).toEqual(['When', 'Cause', 'Mend'])
})

const { AbandonedError, CancelledError, EnqueueError, HandedOffError, NoEngineError } = core
const { NotDurableError, NoTasksError, QueueFullError, SkippedError, TimeoutError } = core
const { WorkerDiedError } = core

describe('what is shown of an error', () => {
  it.each<core.BackgrounderError>([
    new TimeoutError('webhook', 5000),
    new TimeoutError('webhook', 5000, 'started'),
    new CancelledError('webhook', undefined),
    new SkippedError('receipt', 'when'),
    new AbandonedError('export', 'running'),
    new QueueFullError('send', 100_000),
    new EnqueueError('mail', new Error('Redis is not connected')),
    new NotDurableError('[Function: send]'),
    new HandedOffError('mail'),
    new WorkerDiedError('resize', 3),
    new ThreadDiedError('resize', new Error('worker exited with code: 3')),
    new NoTasksError(
      'This response collects no tasks. Add before its handler: app.use(backgroundTasks())',
    ),
  ])('is what it says: $message', ({ name, code, message }) => {
    expect(section(code)).toContain(`\`${name}\``)
    expect(section(code)).toContain(`\`${message}\``)
  })

  it('is what it says, also with a code in it', () => {
    expect(section('BG_NO_ENGINE')).toContain(`\`\`${new NoEngineError().message}\`\``)
  })

  it('has every class that is exported', () => {
    const classes = Object.entries(core)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
      .map(([name]) => name)
    expect(classes.length).toBeGreaterThan(6)
    for (const name of classes) expect(page).toContain(`\`${name}\` · `)
  })
})

describe('what is shown of a warning', () => {
  it.each(['BG_BLOCKED', 'BG_OVERDUE', 'BG_MOUNTED_TWICE'])('is in the sources: %s', (code) => {
    const [, shown] = /^`([^`]+)`$/m.exec(section(code)) as unknown as [string, string]
    // The sources join it of parts that fit a line, and of values.
    const text = sources().replace(/['`] \+\s+['`]/g, '')
    const words = shown.split(/Task \w+(?: of POST \/signup)?|\d+/).map((part) => part.trim())
    for (const part of words) expect(text).toContain(part)
  })
})
