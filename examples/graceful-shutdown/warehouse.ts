import http from 'node:http'

/** Stands in for a warehouse that takes a second for everything. Returns its URL. */
export function startWarehouse(port: number): string {
  const server = http.createServer((_req, res) => void setTimeout(() => res.end(), 1_000))
  server.listen(port, '127.0.0.1')
  return `http://127.0.0.1:${port}`
}
