import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import GithubSlugger from 'github-slugger'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString as textOf } from 'mdast-util-to-string'
import { descendants, lineOf, type Node, type Page, type Root, root } from './pages.js'

/** What is wrong with the links of a page, each with its line. */
export function wrongLinks(page: Page): string[] {
  const { name, tree } = page
  const wrong: string[] = []
  for (const { children } of descendants(tree)) {
    for (const node of children) {
      for (const target of targetsOf(node)) {
        const why = whyWrong(page, target) ?? whyNoTest(node, target)
        if (why) wrong.push(`${name}:${lineOf(node)}: ${target} ${why}`)
      }
    }
  }
  return wrong
}

function targetsOf(node: Node): string[] {
  if (node.type === 'html') {
    return [...node.value.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, url]) => url as string)
  }
  const { type, url } = node as { type: string; url?: string }
  // One in brackets alone, of which there is no definition, is text for a parser.
  if (type === 'text') return (node as { value: string }).value.match(/\[[^\]]+\]\[[^\]]*\]/g) ?? []
  return url === undefined ? [] : [url]
}

function whyWrong(page: Page, target: string): string | undefined {
  if (target.startsWith('[')) return 'is defined nowhere'
  if (/^[a-z]+:/i.test(target)) return isAddress(target) ? undefined : 'is no address'
  const [to = '', anchor] = target.split('#') as [string?, string?]
  if (to === '') return anchorsOf(page.tree).has(anchor) ? undefined : 'has no such anchor'
  const file = path.posix.join(path.posix.dirname(page.name), decodeURI(to))
  if (file.startsWith('..') || to.startsWith('/')) return 'leads out of the repository'
  if (!existsSync(path.join(root, file))) return 'does not exist'
  if (anchor === undefined) return undefined
  const text = file.endsWith('.md') ? readFileSync(path.join(root, file), 'utf8') : ''
  return anchorsOf(fromMarkdown(text)).has(anchor) ? undefined : 'has no such anchor'
}

/** A promise names the test that shows it: `[test](…)`. */
function whyNoTest(node: Node, target: string): string | undefined {
  if ((node as { type: string }).type !== 'link' || textOf(node) !== 'test') return undefined
  const isTest = /\.test\.ts$|^(\.\.\/)?(test\/(contract\/rows|types\/fixtures)|examples)\//
  return isTest.test(target) ? undefined : 'is no test'
}

function isAddress(target: string): boolean {
  if (/^mailto:\S+@\S+$/.test(target)) return true
  if (!URL.canParse(target)) return false
  const { protocol, hostname } = new URL(target)
  return /^https?:$/.test(protocol) && /^(localhost|[^.]+(\.[^.]+)+)$/.test(hostname)
}

/** The anchors that GitHub gives a page: of its headings, and those of its own. */
function anchorsOf(tree: Root): Set<string | undefined> {
  const anchors = new Set<string | undefined>()
  const slugger = new GithubSlugger()
  for (const { children } of descendants(tree)) {
    for (const node of children) {
      if (node.type === 'heading') anchors.add(slugger.slug(textOf(node)))
      if (node.type !== 'html') continue
      for (const [, id] of node.value.matchAll(/ (?:id|name)="([^"]*)"/g)) anchors.add(id)
    }
  }
  return anchors
}
