// Measure the time from opening the page until its first image is visible, in Chromium:
//   node --import tsx tools/firstImage.ts
// Prints the milliseconds of each round as JSON, for `python -m benchmarks first_image`. Each round uses a
// new browser context, so nothing is cached.

import { launch, visit } from '../support/browser.ts'
import { Studio } from '../support/studio.ts'

const ROUNDS = 9
const PROMPT = 'a red apple'

const studio = await Studio.start()
const browser = await launch()
try {
  const link = studio.linkFor('artist')
  await studio.generate(link, [PROMPT])
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const began = performance.now()
    const { page, close } = await visit(browser, link)
    await page.waitForFunction(
      (alt) => {
        const image = document.querySelector<HTMLImageElement>(`img[alt="${alt}"]`)
        return image?.complete === true && image.naturalWidth > 0 && image.checkVisibility()
      },
      PROMPT,
      { polling: 'raf' },
    )
    times.push(performance.now() - began)
    await close()
  }
  // The first round warms up the studio and the browser.
  console.log(JSON.stringify(times.slice(1)))
} finally {
  await browser.close()
  await studio.stop()
}
