import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { isProgram, skip } from '../../../../test/needs.js'

/** Where Debian, and others, have it. */
const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const program = [process.env.CHROMIUM, ...usual].find((file) => file && isProgram(file))

let browser: Browser | undefined
const pages = new Set<OpenPage>()

/** A page in a real browser, with all that it has said and asked for. */
export interface OpenPage {
  readonly page: Page
  /** What its console has, errors of the page and violations of its policy among it. */
  readonly said: string[]
  /** The URLs of its requests. */
  readonly asked: string[]
}

/** Runs tests in a browser: without one they are skipped, and said to be; in CI that is an error. */
export function describeInBrowser(what: string, tests: () => void): void {
  if (!program) {
    skip(what, 'no Chromium (CHROMIUM names one)')
    return
  }
  describe(what, () => {
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
    })
    afterEach(async () => {
      for (const { page } of pages) await page.context().close()
      pages.clear()
    })
    afterAll(() => browser?.close())
    tests()
  })
}

export async function open(url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await (browser as Browser).newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  })
  const page = await context.newPage()
  const opened: OpenPage = { page, said: [], asked: [] }
  pages.add(opened)
  page.on('console', (message) => opened.said.push(message.text()))
  page.on('pageerror', (error) => opened.said.push(String(error)))
  page.on('request', (request) => opened.asked.push(request.url()))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`the policy forbids ${violatedDirective} ${blockedURI}`)
    })
  })
  await page.goto(url)
  await expect.poll(() => page.locator('#status').textContent()).not.toBe('Connecting…')
  return opened
}
