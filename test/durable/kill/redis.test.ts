import { describe } from 'vitest'
import { skip } from '../../../packages/bullmq/test/stores/index.js'
import { noOwnRedis, startRedis } from '../../../packages/bullmq/test/stores/redis.js'
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
      start: () => startRedis(['--appendonly', 'yes', '--appendfsync', 'always']),
      at: (server) => ({ redis: server?.url as string }),
    })
    answeringProcess(store)
    workerProcess(store)
    handOff(store)
    storeItself(store)
  })
}
