// The Create page's first JavaScript, gzipped, must stay within its budget: what index.html loads
// by itself, static imports included. Chunks that a later click fetches do not count.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET = 150_000
const built = join(dirname(fileURLToPath(import.meta.url)), '../../resolvers/genai_studio/web')

const html = readFileSync(join(built, 'index.html'), 'utf8')
const entries = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path)
if (entries.length === 0) throw new Error('index.html loads no script: build the page first')

const seen = new Map()
const visit = (path) => {
  if (seen.has(path)) return
  const source = readFileSync(join(built, path))
  seen.set(path, gzipSync(source, { level: 9 }).length)
  for (const [, name] of source
    .toString()
    .matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) {
    visit(`assets/${name}`)
  }
}
entries.forEach(visit)

const total = [...seen.values()].reduce((sum, bytes) => sum + bytes, 0)
for (const [path, bytes] of seen) console.log(`${String(bytes).padStart(8)}  ${path}`)
console.log(`${String(total).padStart(8)}  in all, of ${BUDGET}`)
if (total > BUDGET) process.exit(1)
