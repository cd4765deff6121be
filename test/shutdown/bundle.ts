import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * Bundles scripts with the sources of our packages, once for all their children: each
 * of them would take two seconds to do so for itself. The frameworks stay where they are.
 */
export async function bundle(
  files: string[],
  outDir: string,
  { format = 'es', external = [] }: { format?: 'es' | 'cjs'; external?: string[] } = {},
): Promise<void> {
  // Vite comes with vitest, and is found from there.
  const vitest = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'))
  const { build } = (await import(pathToFileURL(vitest.resolve('vite')).href)) as Vite
  await build({
    configFile: false,
    logLevel: 'silent',
    root: import.meta.dirname,
    ssr: {
      noExternal: [/^@backgrounder\//, 'fastify-plugin'],
      resolve: { conditions: ['@backgrounder/source', 'module', 'node'] },
    },
    build: {
      ssr: true,
      rollupOptions: { input: files, external, output: { format } },
      target: 'node20',
      minify: false,
      sourcemap: true,
      outDir,
      emptyOutDir: false,
    },
  })
}

interface Vite {
  build(options: object): Promise<unknown>
}
