import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'

export const root = path.join(import.meta.dirname, '../..')

/** The pages that people write. What is in docs/api is generated from TSDoc. */
export function readPages(): Page[] {
  const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const names = docs.map((name) => path.posix.join('docs', name.replaceAll(path.sep, '/')))
  const packages = readdirSync(path.join(root, 'packages')).sort()
  const readmes = packages.map((name) => `packages/${name}/README.md`)
  return ['README.md', 'CONTRIBUTING.md', ...names.sort(), ...readmes]
    .filter((name) => name.endsWith('.md') && !name.startsWith('docs/api/'))
    .filter((name) => existsSync(path.join(root, name)))
    .map((name) => readPage(name, readFileSync(path.join(root, name), 'utf8')))
}

export type Root = ReturnType<typeof fromMarkdown>
export type Node = Root | Root['children'][number]

/** A page, by its path from the root of the repository. */
export interface Page {
  readonly name: string
  readonly tree: Root
  readonly blocks: readonly Block[]
}

/** A fenced block of TypeScript. */
export interface Block {
  readonly page: string
  /** The line of its fence. */
  readonly line: number
  readonly code: string
  /** The name of a file that it is, other than the app: its first line is a comment that says so. */
  readonly own?: string | undefined
  /** What the page says that it prints: the `console` block that follows it directly. */
  readonly prints: string | undefined
  /** Not type-checked, or not run: the page has the reason in a comment before it. */
  readonly isChecked: boolean
  readonly isRun: boolean
}

/** @throws Error for a word behind `ts` that means nothing, or one that has no reason beside it. */
export function readPage(name: string, text: string): Page {
  const tree = fromMarkdown(text)
  const blocks: Block[] = []
  for (const { children } of descendants(tree)) {
    children.forEach((node, index) => {
      if (node.type !== 'code' || node.lang !== 'ts') return
      const line = lineOf(node)
      const [before, after] = [children[index - 1], children[index + 1]]
      const without = readMeta(`${name}:${line}`, node.meta, before)
      blocks.push({
        page: name,
        line,
        code: node.value,
        own: /^\/\/ ((?!app\.)[\w-]+\.ts)\n/.exec(node.value)?.[1],
        prints: after?.type === 'code' && after.lang === 'console' ? after.value : undefined,
        isChecked: without !== 'no-check',
        isRun: without === undefined,
      })
    })
  }
  return { name, tree, blocks }
}

function readMeta(place: string, meta: string | null | undefined, before: Node | undefined) {
  if (!meta) return undefined
  if (meta !== 'no-check' && meta !== 'no-run') throw new Error(`${place}: \`ts ${meta}\`?`)
  const comment = before?.type === 'html' ? before.value : ''
  if (!new RegExp(`^<!-- ${meta}: .+ -->$`, 's').test(comment)) {
    throw new Error(`${place}: before it goes the reason, <!-- ${meta}: … -->`)
  }
  return meta
}

export function lineOf(node: Node): number {
  return node.position?.start.line ?? 0
}

/** A node and all below it that have children, from the top of the page to its end. */
export function* descendants(node: Node): Generator<{ readonly children: readonly Node[] }> {
  if (!('children' in node)) return
  yield node
  for (const child of node.children) yield* descendants(child)
}
