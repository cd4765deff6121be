// What a user loads: bundled and minified for Node.js, gzipped. `npm run size`, in CI. The limits keep
// it from growing unseen; the targets, which are lower, stand in docs/performance.md.
const bundled = (name, path, limit) => ({
  name,
  path,
  limit,
  gzip: true,
  modifyEsbuildConfig: (config) => ({ ...config, platform: 'node' }),
})

module.exports = [
  bundled('core', 'packages/core/dist/index.js', '21.4 kB'),
  bundled('core + http + Express', 'packages/express/dist/index.js', '23.7 kB'),
  bundled('core + http + Koa', 'packages/koa/dist/index.js', '23.7 kB'),
  bundled('core + http + Fastify', 'packages/fastify/dist/index.js', '25.2 kB'),
  // Without piscina, which is loaded at run time.
  bundled('core + threads', 'packages/threads/dist/index.js', '58.1 kB'),
  // Without @opentelemetry/api, which the app has.
  {
    ...bundled('core + otel', 'packages/otel/dist/index.js', '24.7 kB'),
    ignore: ['@opentelemetry/api'],
  },
  // With the page, its style and its script, minified.
  bundled('core + monitor', 'packages/monitor/dist/index.js', '45.5 kB'),
  bundled('core + http + Hono', 'packages/hono/dist/index.js', '23.9 kB'),
]
