import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { it } from 'vitest'

it('the page is made of its sources', () => {
  const script = path.join(import.meta.dirname, '../../../scripts/page.mjs')
  execFileSync(process.execPath, [script, '--check'], { stdio: ['ignore', 'inherit', 'inherit'] })
})
