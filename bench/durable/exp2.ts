import { kinds } from './stores.js'
import { ours } from './sides.js'
const store = await kinds.find(k => k.name === 'Redis')!.open()
const o = await ours(store)
import { Session } from 'node:inspector/promises'
const N = 3000
for (let j = 0; j < 500; j++) await o.add(); await o.work(500)
for (let j = 0; j < N; j++) await o.add()
const s = new Session(); s.connect(); await s.post('Profiler.enable'); await s.post('Profiler.setSamplingInterval', { interval: 200 }); await s.post('Profiler.start')
console.log(await o.work(N))
const { profile } = await s.post('Profiler.stop')
const self = new Map<string, number>(), byId = new Map(profile.nodes.map(n => [n.id, n]))
profile.samples!.forEach((id, i) => { const n = byId.get(id)!; const f = n.callFrame; const k = `${f.functionName} ${f.url.split('/').slice(-4).join('/')}:${f.lineNumber}`; self.set(k, (self.get(k) ?? 0) + profile.timeDeltas![i]!) })
const total = [...self.values()].reduce((a, b) => a + b)
for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 40)) console.log((v / total * 100).toFixed(1), k)
let own = 0; for (const [k, v] of self) if (/packages\/(core|bullmq)\/dist|core\/dist|bullmq\/dist\/(conclude|job)/.test(k)) own += v
console.log('own self', (own / total * 100).toFixed(1))
process.exit()
