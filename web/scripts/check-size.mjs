// Check the size of the initial JavaScript of the Create page: the gzipped scripts of index.html and
// their static imports. Lazily loaded chunks do not count.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const MAX_BYTES = 150_000
const buildDir = join(dirname(fileURLToPath(import.meta.url)), '../../resolvers/genai_studio/web')

const html = readFileSync(join(buildDir, 'index.html'), 'utf8')
const entries = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
  ([, path = '']) => path,
)
if (entries.length === 0) throw new Error('index.html loads no script. Run `npm run build` first.')

/** @type {Map<string, number>} gzipped size by path */
const sizes = new Map()
/** @param {string} path */
const visit = (path) => {
  if (sizes.has(path)) return
  const source = readFileSync(join(buildDir, path))
  sizes.set(path, gzipSync(source, { level: 9 }).length)
  for (const [, name] of source
    .toString()
    .matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) {
    visit(`assets/${name}`)
  }
}
entries.forEach(visit)

const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
for (const [path, bytes] of sizes) console.log(`${String(bytes).padStart(8)}  ${path}`)
console.log(`${String(total).padStart(8)}  total, limit ${MAX_BYTES}`)
if (total > MAX_BYTES) process.exit(1)
