import type { Row } from '../row.js'
import { answeredRows } from './answered.js'
import { connectionRows } from './connections.js'
import { lostRows } from './lost.js'
import { orderRows } from './order.js'
import { policyRows } from './policy.js'

export const rows: Row[] = [
  ...answeredRows,
  ...lostRows,
  ...connectionRows,
  ...orderRows,
  ...policyRows,
]
