// npm start --prefix examples/audit-koa
import http from 'node:http'
import { buildApp } from './app.js'

// Stands in for the places that keep audit events: /broken fails, the others take a second.
const places = http.createServer((req, res) => {
  const isBroken = req.url === '/broken'
  res.once('close', () =>
    console.log(`${req.url} ${res.writableFinished ? 'answered' : 'aborted'}`),
  )
  setTimeout(() => res.writeHead(isBroken ? 500 : 204).end(), isBroken ? 500 : 1_000)
})
places.listen(3001, '127.0.0.1')

const { app, background } = buildApp({
  places: ['ledger', 'broken', 'archive'].map((name) => `http://127.0.0.1:3001/${name}`),
})

const server = app.listen(3000, '127.0.0.1', () => {
  console.log('curl -i -X POST localhost:3000/transfers')
})

process.once('SIGTERM', async () => {
  const report = await background.drain({ server })
  process.exit(report.ok ? 0 : 1)
})
