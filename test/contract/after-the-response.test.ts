import { afterEach, describe, it } from 'vitest'
import type { Framework, Kind } from './framework.js'
import { express5 } from './frameworks/express.js'
import { fastify5 } from './frameworks/fastify.js'
import { koa3 } from './frameworks/koa.js'
import { nodeHttp } from './frameworks/node-http.js'
import { Stage } from './row.js'
import { answeredRows } from './rows/answered.js'
import { connectionRows } from './rows/connections.js'
import { lostRows } from './rows/lost.js'
import { orderRows } from './rows/order.js'
import { policyRows } from './rows/policy.js'

const frameworks: ((kind: Kind) => Framework)[] = [nodeHttp, express5, koa3, fastify5]
const rows = [...answeredRows, ...lostRows, ...connectionRows, ...orderRows, ...policyRows]

let stage: Stage
afterEach(() => stage.close())

describe.each(frameworks.map((framework) => framework('ours')))('$name', (framework) => {
  it.each(rows)('$name', async (row) => {
    stage = new Stage(framework)
    await row.run(stage)
  })
})
