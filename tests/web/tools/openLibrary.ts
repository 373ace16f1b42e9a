// Measure the time from opening the library until an image of it is visible, in Chromium, for a user with
// 10,000 images and for one with a single page of them, alternately: as the first page of a new browser
// context, where nothing is cached, and by a click on the Create page.
//   node --import tsx tools/openLibrary.ts
// Prints the milliseconds of each round as JSON, for `python -m benchmarks open_library`.

import type { Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { Studio } from '../support/studio.ts'

const ROUNDS = 9
const IMAGES = 10_000
const PAGE = 48
const PROMPT = 'a red apple'
/** A cell of the library. The filmstrip of the Create page is a list, too. */
const LIBRARY = 'main ul[aria-busy] li'

const studio = await Studio.start()
const browser = await launch()

/** Open the library as the user of a link, and return the milliseconds until an image is visible. */
async function openFirst(link: string): Promise<number> {
  const token = new URL(link).hash.replace('#token=', '')
  const localStorage = [{ name: 'genai-studio.token', value: token }]
  const storageState = { cookies: [], origins: [{ origin: studio.url, localStorage }] }
  const began = performance.now()
  const { page, close } = await visit(browser, `${studio.url}/#/history`, { storageState })
  await untilImage(page, LIBRARY)
  const time = performance.now() - began
  await close()
  return time
}

/** Click on Library in the Create page, and return the milliseconds until an image is visible. */
async function openFromCreate(link: string): Promise<number> {
  const { page, close } = await visit(browser, link)
  await untilImage(page, 'article')
  const library = page.getByRole('link', { name: 'Library' })
  await library.hover()
  const began = performance.now()
  await library.click()
  await untilImage(page, LIBRARY)
  const time = performance.now() - began
  await close()
  return time
}

const untilImage = (page: Page, within: string) =>
  page.waitForFunction(
    (selector) => {
      const image = document.querySelector<HTMLImageElement>(selector)
      return image?.complete === true && image.naturalWidth > 0 && image.checkVisibility()
    },
    `${within} img:not([aria-hidden])`,
    { polling: 'raf' },
  )

try {
  // `fill` copies the newest record of each user.
  const large = studio.linkFor('archivist')
  await studio.generate(large, [PROMPT])
  studio.fill(IMAGES - PAGE)
  const small = studio.linkFor('visitor')
  await studio.generate(small, [PROMPT])
  studio.fill(PAGE - 1)
  const ways = { openFirst, openFromCreate }
  const times: Record<string, { large: number[]; small: number[] }> = {}
  for (const [name, open] of Object.entries(ways)) {
    // The first round warms up the studio and the browser.
    await open(large)
    times[name] = { large: [], small: [] }
    for (let round = 0; round < ROUNDS; round += 1) {
      times[name].large.push(await open(large))
      times[name].small.push(await open(small))
    }
  }
  console.log(JSON.stringify(times))
} finally {
  await browser.close()
  await studio.stop()
}
