import path from 'node:path'
import { describe } from 'vitest'
import { answeringProcess } from './answering-process.js'
import { handOff } from './hand-off.js'
import { KilledStore } from './killed-store.js'
import { oneFolder } from './one-folder.js'
import { workerProcess } from './worker-process.js'

describe('kill -9 on the embedded store', () => {
  const store = new KilledStore({
    name: 'embedded',
    answers: 200,
    start: async () => undefined,
    at: (_server, folder) => ({ embedded: path.join(folder, 'store') }),
  })
  answeringProcess(store)
  workerProcess(store)
  handOff(store)
  oneFolder(store)
})
