import { describe } from 'vitest'
import { noOwnPostgres, startPostgres } from '../../../packages/bullmq/test/stores/postgres.js'
import { skip } from '../../needs.js'
import { answeringProcess } from './answering-process.js'
import { handOff } from './hand-off.js'
import { KilledStore } from './killed-store.js'
import { storeItself } from './store-itself.js'
import { workerProcess } from './worker-process.js'

const title = 'kill -9 on PostgreSQL'
if (noOwnPostgres) skip(title, noOwnPostgres)
else {
  describe(title, () => {
    const store = new KilledStore({
      name: 'PostgreSQL',
      answers: 1_000,
      start: startPostgres,
      at: (server) => ({ pool: server?.url as string }),
    })
    answeringProcess(store)
    workerProcess(store)
    handOff(store)
    storeItself(store)
  })
}
