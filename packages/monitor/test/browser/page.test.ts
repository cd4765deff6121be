import { background, createRunner, currentTask } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { monitor } from '@backgrounder/monitor'
import { expect, it } from 'vitest'
import { ask } from '../events.js'
import { type Place, serve, start } from '../places.js'
import { describeInBrowser, type OpenPage, open } from './chromium.js'

const never = () => new Promise<void>(() => {})

function named<T extends (...args: never[]) => unknown>(name: string, func: T): T {
  return Object.defineProperty(func, 'name', { value: name })
}

const total = ({ page }: OpenPage, key: string) =>
  page.locator(`[data-total="${key}"]`).textContent()

const texts = ({ page }: OpenPage, selector: string) => page.locator(selector).allTextContents()

/** Nothing went wrong, and nothing was asked of anybody else. */
function expectQuiet({ said, asked }: OpenPage, { origin }: Place): void {
  expect(said).toEqual([])
  expect(asked.filter((url) => !url.startsWith(`${origin}/tasks/`))).toEqual([])
}

describeInBrowser('the page', () => {
  it('teaches what to add while there is no task, and goes on when there is one', async () => {
    const place = await start()
    const opened = await open(place.url)
    const { page } = opened
    await expect.poll(() => page.locator('#empty').isVisible()).toBe(true)
    expect(await texts(opened, '#empty code')).toContain(
      'res.locals.tasks.addTask(sendEmail, email)',
    )
    expect(await page.locator('#names').isVisible()).toBe(false)
    place.runner.addTask(named('first', () => {}))
    await expect.poll(() => page.locator('#empty').isVisible()).toBe(false)
    await expect.poll(() => texts(opened, '#names .title')).toEqual(['first'])
    expectQuiet(opened, place)
  })

  it('is there without the slash at its end too, and with a query', async () => {
    const place = await start()
    const opened = await open(`${place.origin}/tasks?key=1`)
    expect(opened.page.url()).toBe(`${place.url}?key=1`)
    await expect.poll(() => texts(opened, '#status')).toEqual(['Connected'])
    expect(opened.asked).toContain(`${place.url}events?key=1`)
  })

  it('its counters move', async () => {
    const place = await start()
    const opened = await open(place.url)
    for (let index = 0; index < 1_234; index += 1) place.runner.addTask(named('send', () => {}))
    const run = place.runner.addTask(named('stay', never))
    await expect.poll(() => total(opened, 'succeeded')).toBe('1,234')
    await expect.poll(() => total(opened, 'running')).toBe('1')
    run.cancel()
    place.runner.addTask(named('broken', () => Promise.reject(new Error('no'))))
    await expect.poll(() => total(opened, 'failed')).toBe('1')
    const row = opened.page.locator('#names tr.row', { hasText: 'send' })
    expect(await row.locator('td.count').textContent()).toBe('1,234')
    expect(await row.locator('svg[role=img]').getAttribute('aria-label')).toBe(
      'most took less than 1 ms',
    )
    expectQuiet(opened, place)
  })

  it('the lines of the last minutes are drawn', async () => {
    const place = await start()
    const opened = await open(place.url)
    const lines = () =>
      opened.page.locator('.plot .stroke').evaluateAll((paths) => {
        return paths.map((path) => path.getAttribute('d')?.split('L').length ?? 0)
      })
    await expect.poll(async () => Math.min(...(await lines()))).toBeGreaterThan(1)
    expectQuiet(opened, place)
  })

  it('a failure shows its stack, its attempt, its request and where it was added', async () => {
    const task = named('charge', () => Promise.reject(new RangeError('the card is <b>blocked</b>')))
    const place = await start({ task })
    const opened = await open(place.url)
    await ask(`${place.origin}/cards?number=4711`)
    const row = opened.page.locator('#failures tr.row')
    await row.click()
    const details = opened.page.locator('#failures tr.details')
    await expect
      .poll(() => details.locator('pre').textContent())
      .toMatch(/^RangeError: the card is <b>blocked<\/b>\n {4}at /)
    const facts = await details.locator('dl').textContent()
    expect(facts).toMatch(/attempt1/)
    expect(facts).toMatch(/requestGET \/cardsadded/)
    expect(facts).toMatch(/added at.*places\.ts:\d+/)
    await row.click()
    expect(await details.count()).toBe(0)
    expectQuiet(opened, place)
  })

  it('a task is cancelled by its button, pressed twice', async () => {
    const place = await start()
    const opened = await open(place.url)
    let reason: unknown
    const task = () => {
      const signal = currentTask()?.signal
      return new Promise<void>((resolve) => {
        signal?.addEventListener('abort', () => {
          reason = signal.reason?.cause ?? signal.reason
          resolve()
        })
      })
    }
    place.runner.addTask(named('export', task))
    const button = opened.page.locator('#runs button.cancel')
    await button.click()
    const key = await opened.page.locator('#runs tr.row').getAttribute('data-key')
    expect(await button.textContent()).toBe('Sure?')
    expect(place.runner.stats.cancelled).toBe(0)
    const asked = opened.page.waitForRequest((request) => request.method() === 'POST')
    await button.click()
    expect((await asked).postDataJSON()).toEqual({ id: key })
    await expect.poll(() => reason).toBe('cancelled on the monitor page')
    expectQuiet(opened, place)
  })

  it('one that waits is cancelled at once, and stays for a moment', async () => {
    const place = await start({ runner: { concurrency: 1 } })
    const opened = await open(place.url)
    place.runner.addTask(named('first', never))
    const run = place.runner.addTask(named('second', never))
    const row = opened.page.locator('#runs tr.row', { hasText: 'second' })
    await row.locator('button').click()
    await row.locator('button').click()
    await expect.poll(() => run.state).toBe('cancelled')
    await expect.poll(() => row.locator('td.state').textContent()).toBe('cancelled')
    expect(await row.locator('button').count()).toBe(0)
    expectQuiet(opened, place)
  })

  it("with 'read' there is no button, and a POST is refused", async () => {
    const engine = inMemoryEngine()
    const place = await start({ runner: { engine }, options: { authorize: () => 'read' } })
    const opened = await open(place.url)
    const run = place.runner.addTask(named('stay', never))
    await expect.poll(() => texts(opened, '#runs .title')).toEqual(['stay'])
    expect(await opened.page.locator('main button:not(.sort)').count()).toBe(0)
    const status = await opened.page.evaluate(async (id) => {
      const headers = { 'content-type': 'application/json', 'x-backgrounder': '1' }
      const body = JSON.stringify({ id })
      return (await fetch('cancel', { method: 'POST', headers, body })).status
    }, run.id)
    expect([status, run.state]).toEqual([403, 'running'])
  })

  it('a dead letter is retried, and is gone', async () => {
    const engine = inMemoryEngine()
    let isUp = false
    const charge = background(
      async () => {
        if (!isUp) throw new Error('the bank is closed')
      },
      { name: 'charge' },
    )
    const place = await start({ runner: { engine } })
    const worker = await startWorker({ engine, tasks: [charge], logger: { error() {} } })
    await place.runner.enqueue(charge)
    await expect.poll(() => engine.stats()).toMatchObject({ dead: 1 })
    const opened = await open(place.url)
    await expect.poll(() => texts(opened, '.engine .title')).toEqual(['charge'])
    expect(await texts(opened, '[data-depth="dead"]')).toEqual(['1'])
    isUp = true
    await opened.page.locator('.engine button.retry').click()
    await opened.page.mouse.move(0, 0)
    await opened.page.locator('#filter').focus()
    await expect.poll(() => texts(opened, '[data-depth="dead"]')).toEqual(['0'])
    await expect.poll(() => texts(opened, '.engine .title')).toEqual([])
    await worker.close()
    expectQuiet(opened, place)
  })

  it('what has another name than it looks is a text, and no element', async () => {
    const evil = '<img src=x onerror=alert(1)>'
    const place = await start({ options: { formatArgs: () => evil } })
    const opened = await open(place.url)
    place.runner.addTask(named(evil, never))
    place.runner.addTask(named(`${evil}!`, () => Promise.reject(new Error(evil))))
    await expect.poll(() => texts(opened, '#runs .title')).toContain(evil)
    await expect.poll(() => texts(opened, '#failures .below')).toEqual([`failed · Error: ${evil}`])
    for (const row of await opened.page.locator('tr.row').all()) await row.click()
    expect(await opened.page.locator('tr.details').count()).toBeGreaterThan(2)
    expect(await opened.page.locator('img, script:not([nonce]), style:not([nonce])').count()).toBe(
      0,
    )
    expectQuiet(opened, place)
  })

  it('is filtered by name', async () => {
    const place = await start()
    const opened = await open(place.url)
    for (const name of ['sendMail', 'sendSms', 'resize'])
      place.runner.addTask(named(name, () => {}))
    await expect.poll(() => texts(opened, '#names .title')).toHaveLength(3)
    await opened.page.locator('#filter').fill('SEND')
    await expect.poll(() => texts(opened, '#names .title')).toEqual(['sendMail', 'sendSms'])
  })

  it('is put in order by what is pressed', async () => {
    const place = await start()
    const opened = await open(place.url)
    for (const name of ['b', 'a', 'a', 'c']) place.runner.addTask(named(name, () => {}))
    await expect.poll(() => texts(opened, '#names .title')).toEqual(['a', 'b', 'c'])
    place.runner.addTask(named('c', () => Promise.reject(new Error('no'))))
    await opened.page.locator('#names th.failed button').click()
    await expect.poll(() => texts(opened, '#names .title')).toEqual(['c', 'a', 'b'])
    expect(await opened.page.locator('#names th.failed').getAttribute('aria-sort')).toBe(
      'descending',
    )
  })

  it('comes back when the server does, with what that knows', async () => {
    const authorize = () => 'write' as const
    const first = createRunner()
    let page = monitor(first, { authorize })
    const url = await serve(page, (req, res) => page(req, res))
    const opened = await open(url)
    await first.addTask(named('seen', () => {})).done
    await expect.poll(() => texts(opened, '#names .title')).toEqual(['seen'])
    page.close() // its process has ended, and what answers is another
    await expect.poll(() => texts(opened, '#status')).not.toEqual(['Connected'])
    const second = createRunner()
    page = monitor(second, { authorize })
    await second.addTask(named('after', () => {})).done
    await expect.poll(() => texts(opened, '#status')).toEqual(['Connected'])
    await expect.poll(() => texts(opened, '#names .title')).toEqual(['after'])
    page.close()
  })

  it('shows a drain', async () => {
    const place = await start()
    const opened = await open(place.url)
    place.runner.addTask(named('last', never))
    await expect.poll(() => total(opened, 'running')).toBe('1')
    const drained = place.stop(3_000)
    await expect
      .poll(() => texts(opened, '#status'))
      .toMatchObject([expect.stringMatching(/^Draining · 1 pending · [0-3] s left$/)])
    await drained
  })
})
