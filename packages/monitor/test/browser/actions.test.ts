import { expect, it } from 'vitest'
import { start } from '../places.js'
import { describeInBrowser, open } from './chromium.js'

describeInBrowser('a button of the application', () => {
  it('is at the top, does what it is for, and says what went wrong', async () => {
    let presses = 0
    const actions = {
      'Send <b>mails</b>': () => {
        presses += 1
      },
      Print: () => Promise.reject(new Error('there is no paper')),
    }
    const { url } = await start({ options: { actions } })
    const { page, said } = await open(url)
    const buttons = page.locator('#actions button')
    await expect.poll(() => buttons.allTextContents()).toEqual(['Send <b>mails</b>', 'Print'])
    await buttons.first().click()
    await expect.poll(() => presses).toBe(1)
    expect(said).toEqual([])
    await buttons.last().click()
    const notice = () => page.locator('#notice').textContent()
    await expect.poll(notice).toBe('Print: Error: there is no paper')
    await expect.poll(() => buttons.last().isEnabled()).toBe(true)
  })

  it('is not there for who may only look', async () => {
    const actions = { Print: () => {} }
    const { url } = await start({ options: { actions, authorize: () => 'read' } })
    const { page } = await open(url)
    await expect.poll(() => page.locator('body').getAttribute('data-access')).toBe('read')
    expect(await page.locator('#actions button').count()).toBe(0)
  })

  it('leaves the page as wide as a telephone', async () => {
    const actions = { 'Send sample traffic': () => {}, 'Print all the invoices again': () => {} }
    const { url } = await start({ options: { actions } })
    const { page } = await open(url, { viewport: { width: 360, height: 700 } })
    await expect.poll(() => page.locator('#actions button').count()).toBe(2)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
  })
})
