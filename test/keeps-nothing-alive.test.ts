import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { request } from './contract/clients.js'
import { frameworks } from './contract/frameworks/index.js'
import { turns } from './contract/row.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

async function areCollected(references: WeakRef<object>[]): Promise<boolean> {
  for (let round = 0; round < 20 && references.some((each) => each.deref()); round++) {
    await turns(2)
    collectGarbage()
  }
  return references.every((each) => each.deref() === undefined)
}

describe.each(frameworks.map((framework) => framework('ours')))('$name', (framework) => {
  it('a task that runs on keeps neither its request nor its response alive', async () => {
    const references: WeakRef<object>[] = []
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const app = await framework.start((x) => {
      if (x.req.url === '/task') {
        references.push(new WeakRef(x.req), new WeakRef(x.res))
        x.tasks.addTask(() => gate)
      }
      x.send('ok')
    })
    await request(app.port, { path: '/task' })
    // The parser of a connection keeps its last request: another one takes its place.
    await request(app.port, { path: '/other' })
    expect(await areCollected(references)).toBe(true)
    expect(app.runner?.running()).toHaveLength(1)
    release()
    await app.runner?.settled()
    await app.close()
  })
})
