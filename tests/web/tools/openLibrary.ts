// Measure the time from opening the library until an image of it is visible, in Chromium, for a user with
// 10,000 images and for one with a single page of them, alternately:
//   node --import tsx tools/openLibrary.ts
// Prints the milliseconds of each round as JSON, for `python -m benchmarks open_library`. Each round uses a
// new browser context, so nothing is cached.

import { launch, visit } from '../support/browser.ts'
import { Studio } from '../support/studio.ts'

const ROUNDS = 9
const IMAGES = 10_000
const PAGE = 48
const PROMPT = 'a red apple'

const studio = await Studio.start()
const browser = await launch()

/** Open the library as the user of a link, and return the milliseconds until an image is visible. */
async function open(link: string): Promise<number> {
  const token = new URL(link).hash.replace('#token=', '')
  const localStorage = [{ name: 'genai-studio.token', value: token }]
  const storageState = { cookies: [], origins: [{ origin: studio.url, localStorage }] }
  const began = performance.now()
  const { page, close } = await visit(browser, `${studio.url}/#/history`, { storageState })
  await page.waitForFunction(
    () => {
      const image = document.querySelector<HTMLImageElement>('main li img:not([aria-hidden])')
      return image?.complete === true && image.naturalWidth > 0 && image.checkVisibility()
    },
    undefined,
    { polling: 'raf' },
  )
  const time = performance.now() - began
  await close()
  return time
}

try {
  // `fill` copies the newest record of each user.
  const large = studio.linkFor('archivist')
  await studio.generate(large, [PROMPT])
  studio.fill(IMAGES - PAGE)
  const small = studio.linkFor('visitor')
  await studio.generate(small, [PROMPT])
  studio.fill(PAGE - 1)
  const times: { large: number[]; small: number[] } = { large: [], small: [] }
  for (let round = 0; round <= ROUNDS; round += 1) {
    times.large.push(await open(large))
    times.small.push(await open(small))
  }
  // The first round warms up the studio and the browser.
  console.log(JSON.stringify({ large: times.large.slice(1), small: times.small.slice(1) }))
} finally {
  await browser.close()
  await studio.stop()
}
