import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compilers, type Diagnostic, type Version } from './compiler.js'

// A marker is a comment of its own on the line before the wrong one, or above other markers of it:
//
//   // error: TS2345 at 3                    one line, and it points at `3`
//   // error: TS2345+1 at sendEmail('a')     and one more line below it
//   // error 5.4 6.0: TS2345+1 at mail       with these versions of TypeScript only
//   // error 7.0 exact: TS2379 at mail       and with exactOptionalPropertyTypes only
//
// What it points at stands in the line exactly once.
const form = /^\s*\/\/ error(?<only>(?: [\w.]+)*): (?<code>TS\d+)(?:\+(?<more>\d+))? at (?<at>.+)$/

export const modes = { inexact: [], exact: ['--exactOptionalPropertyTypes'] }

export type Mode = keyof typeof modes

/** What the markers of a project say that its compiler will print, sorted. */
export async function readMarkers(
  version: Version,
  mode: Mode,
  project: string,
): Promise<string[]> {
  const expected: string[] = []
  for (const name of await readdir(project)) {
    if (!name.endsWith('.ts')) continue
    const lines = (await readFile(join(project, name), 'utf8')).split('\n')
    lines.forEach((line, index) => {
      if (!/\/\/\s*error/.test(line)) return
      const marker = form.exec(line)?.groups
      if (!marker) throw new Error(`${name}:${index + 1} is no marker: ${line}`)
      const only = (marker.only as string).split(' ').filter((word) => word !== '')
      if (!allows(only, Object.keys(compilers), version)) return
      if (!allows(only, Object.keys(modes), mode)) return
      const code = lines.slice(index + 1).findIndex((next) => !form.test(next)) + index + 1
      const column = findOnce(lines[code] ?? '', marker.at as string, `${name}:${code + 1}`)
      expected.push(
        describe(name, code + 1, column, marker.code as string, Number(marker.more ?? 0)),
      )
    })
  }
  return expected.sort()
}

/** The same of what it did print. */
export function readDiagnostics(project: string, diagnostics: Diagnostic[]): string[] {
  return diagnostics
    .map(({ file, line, column, code, chain }) => {
      const name = file.startsWith(`${project}/`) ? file.slice(project.length + 1) : file
      return describe(name, line, column, code, chain.length)
    })
    .sort()
}

/** Whether `only` has none of these words, or this one of them. */
function allows(only: string[], words: string[], word: string): boolean {
  return only.includes(word) || !only.some((other) => words.includes(other))
}

function describe(file: string, line: number, column: number, code: string, more: number): string {
  return `${file}:${line}:${column} ${code}${more ? `+${more}` : ''}`
}

function findOnce(line: string, text: string, place: string): number {
  const index = line.indexOf(text)
  if (index === -1) throw new Error(`${place} has no \`${text}\`: ${line}`)
  if (line.includes(text, index + 1)) throw new Error(`${place} has \`${text}\` twice: ${line}`)
  return index + 1
}
