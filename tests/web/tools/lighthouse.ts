// Measure the built page with Lighthouse's desktop settings and its emulation of a slow phone:
//   npm run lighthouse
// Not part of the tests, because the result depends on the load of the machine. Single runs differ, so
// each result is that of the run with the median performance. Downloads Lighthouse through npx.

import { execFileSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { Studio } from '../support/studio.ts'

const LIGHTHOUSE = 'lighthouse@13.5.0'
const RUNS = 5
const CATEGORIES = ['performance', 'accessibility', 'best-practices']
/** Minimum score of performance by device. */
const DEVICES = { desktop: 100, mobile: 95 } as const
/** Minimum score of the other categories. */
const MIN_SCORE = 100
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking']

interface Report {
  categories: Record<string, { score: number; auditRefs: { id: string; weight: number }[] }>
  audits: Record<string, { score: number | null; title: string; displayValue?: string }>
}

type Device = keyof typeof DEVICES

const performanceOf = ({ categories }: Report): number =>
  Math.round((categories.performance?.score ?? 0) * 100)

/** Return the report with the median performance, and the performance of all runs. */
function measure(address: string, device: Device): { report: Report; performance: number[] } {
  const reports = Array.from({ length: RUNS }, () => run(address, device))
  reports.sort((a, b) => performanceOf(a) - performanceOf(b))
  const report = reports[Math.floor(RUNS / 2)]
  if (report === undefined) throw new Error('RUNS must be at least 1.')
  return { report, performance: reports.map(performanceOf) }
}

function run(address: string, device: Device): Report {
  const report = execFileSync(
    'npx',
    [
      '--yes',
      LIGHTHOUSE,
      address,
      // Without a preset, Lighthouse emulates a phone with a slow CPU and network.
      ...(device === 'desktop' ? ['--preset=desktop'] : []),
      '--quiet',
      '--output=json',
      `--only-categories=${CATEGORIES}`,
      `--chrome-flags=${FLAGS.join(' ')}`,
    ],
    {
      encoding: 'utf8',
      maxBuffer: 64_000_000,
      env: { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? '/usr/bin/chromium' },
    },
  )
  return JSON.parse(report)
}

const studio = await Studio.start()
let belowMinimum = false
try {
  const link = studio.linkFor('artist')
  await studio.generate(link, [
    'a red apple',
    'a cat on the beach',
    'a castle at sunset',
    'a whale',
  ])
  const pages = {
    'create, signed in': link,
    'sign-in': `${studio.url}/`,
  }
  const runs = Object.entries(pages).flatMap(([name, address]) =>
    (Object.keys(DEVICES) as Device[]).map((device) => ({ name, address, device })),
  )
  for (const { name, address, device } of runs) {
    const { report, performance } = measure(address, device)
    const { categories, audits } = report
    const scores = CATEGORIES.map((id) => {
      const score = Math.round((categories[id]?.score ?? 0) * 100)
      const minimum = id === 'performance' ? DEVICES[device] : MIN_SCORE
      if (score < minimum) belowMinimum = true
      return `${id} ${score}`
    })
    const load = loadavg()[0]?.toFixed(1)
    console.log(`${name}, ${device}: ${scores.join(', ')} (runs ${performance}; load ${load})`)
    for (const { auditRefs } of Object.values(categories)) {
      for (const { id, weight } of auditRefs) {
        const audit = audits[id]
        if (weight === 0 || audit?.score === null || audit?.score === 1) continue
        console.log(`  ${audit?.score}  ${audit?.title} ${audit?.displayValue ?? ''}`)
      }
    }
  }
} finally {
  await studio.stop()
}
process.exitCode = belowMinimum ? 1 : 0
