// A test as an app has it, with Jest as it comes: no transform, no configuration.
const { backgroundTasks } = require('@backgrounder/express')
const { settled } = require('@backgrounder/core/testing')
const express = require('express')

test('a task runs after the response', async () => {
  const mails = []
  const app = express().use(backgroundTasks())
  app.get('/', (_req, res) => {
    res.locals.tasks.addTask(() => mails.push('ada'))
    res.send('ok')
  })
  const server = app.listen(0)
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`)
  expect(await answer.text()).toBe('ok')
  await settled(app)
  expect(mails).toEqual(['ada'])
  server.closeAllConnections()
  server.close()
})
