import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

/** More than a socket and its reader's kernel take without being read. */
export const big: Buffer = Buffer.alloc(16 * 1024 * 1024, 'x')

/** Calls with the path of a file of that size, which is gone afterwards. */
export async function withBigFile(use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-'))
  const file = path.join(folder, 'big.txt')
  await writeFile(file, big)
  try {
    await use(file)
  } finally {
    await rm(folder, { recursive: true })
  }
}
