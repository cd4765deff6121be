import { execFile } from 'node:child_process'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** An error of the compiler, and what it printed below its first line. */
export interface Diagnostic {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly code: string
  readonly message: string
  readonly chain: string[]
}

/** Each version of TypeScript that is supported, by the name that package.json has for it. */
export const compilers = { '5.4': 'typescript54', '6.0': 'typescript6', '7.0': 'typescript' }

export type Version = keyof typeof compilers

/** Compiles a project, as its own compiler of the command line does. */
export async function compile(
  version: Version,
  project: string,
  ...options: string[]
): Promise<Diagnostic[]> {
  const tsc = join(root, 'node_modules', compilers[version], 'bin/tsc')
  return parse(await print(tsc, '-p', relative(root, project), '--pretty', 'false', ...options))
}

export function print(tsc: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, ...args], { cwd: root }, (error, stdout, stderr) => {
      // 1 and 2: there were errors in the project.
      const { code } = error ?? { code: 0 }
      if (stderr === '' && (code === 0 || code === 1 || code === 2)) resolve(stdout)
      else reject(new Error(`tsc failed: ${stderr}\n${stdout}`, { cause: error }))
    })
  })
}

const firstLine =
  /^(?<file>.+)\((?<line>\d+),(?<column>\d+)\): error (?<code>TS\d+): (?<message>.*)$/

function parse(printed: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  for (const line of printed.split('\n').filter((text) => text !== '')) {
    const found = firstLine.exec(line)?.groups
    if (found) {
      const { file, code, message } = found as Record<'file' | 'code' | 'message', string>
      const [at, column] = [Number(found.line), Number(found.column)]
      diagnostics.push({ file: join(root, file), line: at, column, code, message, chain: [] })
    } else {
      const last = diagnostics.at(-1)
      if (!last || !line.startsWith(' ')) throw new Error(`tsc printed something else: ${line}`)
      last.chain.push(line)
    }
  }
  return diagnostics
}
