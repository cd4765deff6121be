// npm run page: makes packages/monitor/src/page.ts of packages/monitor/page: one HTML with its style and
// its script in it. With --check: whether it is made of what is there now.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const folder = fileURLToPath(new URL('../packages/monitor/', import.meta.url))
const read = (name) => readFileSync(`${folder}${name}`, 'utf8')

function bundle(file) {
  const { outputFiles } = buildSync({
    entryPoints: [`${folder}page/${file}`],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    minify: true,
    lineLimit: 240,
    logLevel: 'error',
  })
  const [{ text }] = outputFiles
  if (/<\/(script|style)/i.test(text)) throw new Error(`${file} would end its element`)
  return `\n${text}`
}

const html = read('page/index.html')
  .replace('/*css*/', () => bundle('page.css'))
  .replace('/*script*/', () => bundle('main.ts'))
const text = html.replace(/[\\`]|\$\{/g, (character) => `\\${character}`)
const made = `// Made by \`npm run page\` of what is in ../page.\nexport const page: string = \`${text}\`\n`

if (!process.argv.includes('--check')) writeFileSync(`${folder}src/page.ts`, made)
else if (read('src/page.ts') !== made) {
  console.error('packages/monitor/src/page.ts is not made of packages/monitor/page: npm run page')
  process.exitCode = 1
}
