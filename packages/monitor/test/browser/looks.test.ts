import { inMemoryEngine } from '@backgrounder/core/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { type Place, start } from '../places.js'
import { describeInBrowser, open } from './chromium.js'

const never = () => new Promise<void>(() => {})

function named<T extends () => unknown>(name: string, func: T): T {
  return Object.defineProperty(func, 'name', { value: name })
}

/** A server with something of everything. */
async function startFull(): Promise<Place> {
  const place = await start({ runner: { engine: inMemoryEngine() } })
  const { runner } = place
  for (const name of ['sendWelcomeMail', 'resize', 'a'.repeat(300)])
    runner.addTask(named(name, never))
  runner.addTask(named('broken', () => Promise.reject(new Error(`no ${'x'.repeat(500)}`))))
  runner.addTask(named('short', () => {}))
  return place
}

const shown = (page: Page, selector: string) => page.locator(selector).count()

describeInBrowser('looks and keys', () => {
  it.each([360, 480, 760, 1_080, 1_920])(
    'at %i px nothing is wider than the page',
    async (width) => {
      const place = await startFull()
      const { page } = await open(place.url, { viewport: { width, height: 740 } })
      await expect.poll(() => shown(page, '#runs tr.row')).toBeGreaterThan(2)
      await expect.poll(() => shown(page, '#failures tr.row')).toBe(1)
      for (const row of await page.locator('tr.row').all()) await row.click()
      expect(await shown(page, 'tr.details')).toBeGreaterThan(4)
      const sizes = await page.evaluate(() => {
        const { scrollWidth } = document.documentElement
        const wide = [...document.querySelectorAll('main *')].filter((element) => {
          const isSeen = element.checkVisibility({ visibilityProperty: true })
          return isSeen && element.getBoundingClientRect().right > innerWidth + 0.5
        })
        return { scrollWidth, wide: wide.map(({ outerHTML }) => outerHTML.slice(0, 80)) }
      })
      expect(sizes).toEqual({ scrollWidth: width, wide: [] })
    },
  )

  it('is dark or light as the system is, or as one says', async () => {
    const { url } = await start()
    const { page } = await open(url, { colorScheme: 'dark' })
    const lightness = () =>
      page.evaluate(() =>
        Number(/\d+/.exec(getComputedStyle(document.documentElement).backgroundColor)),
      )
    const theme = () => page.locator('#theme').getAttribute('aria-label')
    expect([await lightness(), await theme()]).toEqual([expect.closeTo(14, 0), 'Theme: auto'])
    await page.emulateMedia({ colorScheme: 'light' })
    await expect.poll(lightness).toBeGreaterThan(200)
    await page.locator('#theme').click()
    await page.keyboard.press('t')
    expect(await theme()).toBe('Theme: dark')
    await expect.poll(lightness).toBeLessThan(50)
    await page.reload()
    expect([await theme(), (await lightness()) < 50]).toEqual(['Theme: dark', true])
  })

  it.each(['dark', 'light'] as const)('its texts can be read: %s', async (colorScheme) => {
    const place = await startFull()
    const { page } = await open(place.url, { colorScheme })
    await expect.poll(() => shown(page, '#failures tr.row')).toBe(1)
    await page.locator('#failures tr.row').click()
    const weak = await page.evaluate(findWeakTexts)
    expect(weak).toEqual([])
  })

  it('the keyboard goes through the rows, opens, filters, cancels and leaves', async () => {
    const place = await startFull()
    const { page } = await open(place.url)
    await expect.poll(() => shown(page, '#runs tr.row')).toBeGreaterThan(2)
    await expect.poll(() => shown(page, '#failures tr.row')).toBe(1)
    const focused = () =>
      page.evaluate(() => {
        const row = document.activeElement?.closest('tr')
        const rows = [...document.querySelectorAll('tr.row')]
        return row ? rows.indexOf(row) : -1
      })
    const press = (key: string) => page.keyboard.press(key)
    expect(await focused()).toBe(-1)
    await press('j')
    await press('j')
    expect(await focused()).toBe(1)
    await press('ArrowDown')
    await press('k')
    await press('ArrowUp')
    expect(await focused()).toBe(0)
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement as Element).outline,
    )
    expect(outline).toMatch(/solid 2px/)
    await press('Enter')
    expect(await shown(page, 'tr.details')).toBe(1)
    expect(await page.locator('tr.row').first().getAttribute('aria-expanded')).toBe('true')
    await press('Escape')
    expect([await shown(page, 'tr.details'), await focused()]).toEqual([0, 0])
    await press('Escape')
    expect(await focused()).toBe(-1)

    await press('/')
    await page.keyboard.type('resize')
    await expect.poll(() => page.locator('#runs .title').allTextContents()).toEqual(['resize'])
    await press('Enter')
    await press('c')
    expect(place.runner.stats.cancelled).toBe(0)
    expect(await page.locator('#runs button').textContent()).toBe('Sure?')
    const asked = page.waitForRequest((request) => request.url().endsWith('/cancel'))
    await press('c')
    expect((await (await asked).response())?.status()).toBe(200)

    await press('?')
    expect(await page.locator('#help').isVisible()).toBe(true)
    await press('Escape')
    expect(await page.locator('#help').isVisible()).toBe(false)
  })

  it('a list holds still while the focus is on it, and says so', async () => {
    const place = await start()
    const { page } = await open(place.url)
    place.runner.addTask(named('first', () => {}))
    await expect.poll(() => shown(page, '#names tr.row')).toBe(1)
    await page.keyboard.press('j')
    place.runner.addTask(named('second', () => {}))
    await expect.poll(() => page.locator('#names .note').textContent()).toBe('held')
    expect(await shown(page, '#names tr.row')).toBe(1)
    place.runner.addTask(named('first', () => {}))
    await expect.poll(() => page.locator('#names td.count').allTextContents()).toEqual(['2'])
    await page.keyboard.press('Escape')
    await expect.poll(() => shown(page, '#names tr.row')).toBe(2)
    expect(await page.locator('#names .note').textContent()).toBe('')
  })

  it('each part has its role and its name', async () => {
    const place = await startFull()
    const { page } = await open(place.url)
    await expect.poll(() => shown(page, '#failures tr.row')).toBe(1)
    for (const name of ['By name', 'Live', 'Failures', 'Durable jobs']) {
      expect(await page.getByRole('region', { name, exact: true }).count()).toBe(1)
    }
    expect(
      await page.getByRole('grid', { name: 'By name' }).getByRole('columnheader').count(),
    ).toBe(9)
    expect(await page.getByRole('searchbox', { name: 'Filter by name' }).count()).toBe(1)
    expect(await page.getByRole('status').textContent()).toBe('Connected')
    expect(await page.getByRole('button', { name: 'Cancel resize' }).count()).toBe(1)
  })

  it('nothing moves for those who do not want it', async () => {
    const { url } = await start()
    const { page } = await open(url, { reducedMotion: 'reduce' })
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          return getComputedStyle(element).transitionDuration !== '0s'
        }).length,
    )
    expect(moving).toBe(0)
  })
})

/** The texts with less contrast than WCAG's AA asks for; in the page. */
function findWeakTexts(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  function rgb(color: string): number[] {
    if (!canvas) return []
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  function luminance(color: number[]): number {
    const [r = 0, g = 0, b = 0] = color.map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  function ground(element: Element): number[] {
    for (let at: Element | null = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor)
      if ((color[3] ?? 0) > 250) return color
    }
    return [255, 255, 255, 255]
  }
  const weak: string[] = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    if (!element?.checkVisibility() || !texts.currentNode.textContent?.trim()) continue
    if (element.closest('script, style, .hidden, .zero, .axis')) continue
    const [a, b] = [luminance(rgb(getComputedStyle(element).color)), luminance(ground(element))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5) weak.push(`${texts.currentNode.textContent.trim()}: ${ratio.toFixed(2)}`)
  }
  return weak
}
