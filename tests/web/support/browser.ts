import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Path of the browser with all its parts, which installing the page as an app needs. */
export const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** Path of the same browser without its own windows: it opens pages in about half the time. */
const HEADLESS = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell'
/** Command line switches of a browser without background network requests. */
export const SWITCHES = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const

/** Launch Chromium without background network requests, with additional command line switches. */
export function launch(...switches: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: HEADLESS,
    args: [...SWITCHES, ...switches],
  })
}

export interface Visit {
  page: Page
  /** Console errors, CSP violations and requests to other origins, so far. */
  faults: string[]
  close(): Promise<void>
}

/** Open an address in a new browser context and record faults. */
export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    // Playwright waits for the end of animations before each click.
    reducedMotion: 'reduce',
    ...options,
  })
  const faults: string[] = []
  const { origin, host } = new URL(address)
  context.on('request', (request) => {
    const url = request.url()
    if (!/^(data|blob):/.test(url) && new URL(url).origin !== origin)
      faults.push(`request to ${url}`)
  })
  const page = await context.newPage()
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) faults.push(`socket to ${socket.url()}`)
  })
  page.on('pageerror', (error) => faults.push(`error ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/.test(message.text())) {
      faults.push(`console ${message.type()}: ${message.text()}`)
    }
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  await page.goto(address)
  return { page, faults, close: () => context.close() }
}
