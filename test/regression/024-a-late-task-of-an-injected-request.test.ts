import { backgroundTasks } from '@backgrounder/fastify'
import createFastify from 'fastify'
import createFastify4 from 'fastify4'
import { expect, it } from 'vitest'
import { until } from '../contract/row.js'

// An injected response keeps its socket when it is over, by which we knew that it was not: a task that
// was added later waited for the app's close, and was told "not sent".
it.each([
  ['5', createFastify],
  ['4', createFastify4 as never as typeof createFastify],
])(
  'a task that is added long after an injected answer runs soon (Fastify %s)',
  async (_, create) => {
    const app = create()
    await app.register(backgroundTasks as never)
    const ran: string[] = []
    let addLater = () => {}
    app.get('/', async (request) => {
      addLater = () => request.tasks.addTask(() => ran.push('late'))
      return 'ok'
    })
    await app.inject('/')
    await new Promise((resolve) => setTimeout(resolve, 50)) // its last event has gone by
    addLater()
    await until(() => ran.length > 0)
    await app.close()
    expect(ran).toEqual(['late'])
  },
)
