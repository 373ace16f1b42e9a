// Draw the icons of the web app manifest from web/public/icon.svg, in Chromium:
//   npm run icons
// A maskable icon fills its square, because launchers cut it to their own shape.

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch } from '../support/browser.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../web/public')
const svg = readFileSync(join(folder, 'icon.svg'), 'utf8')
const background = /<rect[^>]*fill="(#\w+)"/.exec(svg)?.[1]
if (background === undefined) throw new Error('icon.svg must begin with a filled <rect>.')
/** The part of a maskable icon that no launcher cuts off is a circle of 80 % of its width. */
const SAFE_SHARE = 0.8

const ICONS = [
  { name: 'icon-192.png', size: 192, share: 1, fill: 'transparent' },
  { name: 'icon-512.png', size: 512, share: 1, fill: 'transparent' },
  { name: 'icon-maskable-512.png', size: 512, share: SAFE_SHARE, fill: background },
  // iOS rounds the corners itself.
  { name: 'apple-touch-icon.png', size: 180, share: 0.9, fill: background },
]

const browser = await launch()
try {
  for (const { name, size, share, fill } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    await page.setContent(
      `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${fill}">` +
        `<img alt="" width="${Math.round(size * share)}" src="data:image/svg+xml;base64,${btoa(svg)}">`,
    )
    await page.locator('img').evaluate((image: HTMLImageElement) => image.decode())
    writeFileSync(join(folder, name), await page.screenshot({ omitBackground: true }))
    await page.close()
  }
} finally {
  await browser.close()
}
