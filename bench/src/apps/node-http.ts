import http from 'node:http'
import { collectTasks, createRunner } from '@backgrounder/http'
import type { BuildApp } from '../variants.js'
import { addWork, isOurs } from '../work.js'

export const nodeHttpApp: BuildApp = async (variant) => {
  if (variant === 'onResponse hook, 1 task') return undefined
  const runner = createRunner()
  const server = http.createServer((req, res) => {
    const tasks = isOurs(variant) ? collectTasks(req, res, runner) : undefined
    addWork(variant, req.url ?? '', res, () => tasks)
    res.end('ok')
  })
  return { server, settled: () => runner.settled() }
}
