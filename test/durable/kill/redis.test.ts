import { describe } from 'vitest'
import { noOwnRedis, startRedis } from '../../../packages/bullmq/test/stores/redis.js'
import { skip } from '../../needs.js'
import { answeringProcess } from './answering-process.js'
import { handOff } from './hand-off.js'
import { KilledStore } from './killed-store.js'
import { storeItself } from './store-itself.js'
import { workerProcess } from './worker-process.js'

const title = 'kill -9 on Redis'
if (noOwnRedis) skip(title, noOwnRedis)
else {
  describe(title, () => {
    const store = new KilledStore({
      name: 'Redis',
      answers: 1_000,
      // With everysec it answers before it has synced, which only a power cut shows. But while a sync runs
      // it does not write either, for up to 2 s, and what it answers meanwhile is lost at a kill: on a
      // disk that syncs in 800 ms, 14,896 of 82,582. On a quick disk such a kill is rare, and so no test.
      start: () => startRedis(['--appendonly', 'yes', '--appendfsync', 'always']),
      at: (server) => ({ redis: server?.url as string }),
    })
    answeringProcess(store)
    workerProcess(store)
    handOff(store)
    storeItself(store)
  })
}
