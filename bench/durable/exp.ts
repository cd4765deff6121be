import { kinds } from '/tmp/wt-durable-bench/bench/durable/stores.ts'
import { ours, direct } from '/tmp/wt-durable-bench/bench/durable/sides.ts'
import { toData, toOptions } from '/tmp/wt-durable-bench/packages/bullmq/dist/job-data.js'
import { median } from '/tmp/wt-durable-bench/bench/src/statistics.ts'
import { randomUUID } from 'node:crypto'
const kind = kinds.find(k => k.name === process.argv[2])!
const store = await kind.open()
const o = await ours(store)
const same = await store.direct()
let left = 0, first: number | undefined, done = () => {}
const settings = { keepDone: { age: 86_400_000, count: 10_000 }, keepDead: 1209600000 }
const third = {
  add: () => same.queue.add('mail', toData({ args: ['ada@example.com'], timeout: false, retries: 0, name: 'mail', delay: 0 } as any), toOptions({ id: undefined, name: 'mail', args: [], key: undefined, delay: 0, timeout: false, retries: 0 } as any, settings as any)),
  async work(n: number) { left = n; first = undefined; const p = new Promise<void>(r => { done = r }); const w = same.makeWorker(10, async () => { first ??= performance.now(); if (--left === 0) done() }); w.on('error', console.error); await p; const s = (performance.now() - first!) / 1000; await w.close(); return n / s },
}
const N = 500
const r: Record<string, number[]> = { ours: [], same: [] }
for (let i = 0; i < 8; i++) for (const [k, s] of Object.entries({ ours: o, same: third })) { for (let j = 0; j < N; j++) await s.add(); const v = await s.work(N); if (i) r[k].push(v) }
console.log(Object.fromEntries(Object.entries(r).map(([k, v]) => [k, median(v)])), 'ratio', median(r.ours.map((v, i) => v / r.same[i])))
process.exit()
