// Runs graphql-http's server audits against a running host and prints each with its outcome.
// Exits with 1 if any audit is not ok; warnings count as errors.
//
//   GRAPHQL_URL=http://127.0.0.1:8000/graphql GRAPHQL_TOKEN=… node audits.mjs

import { serverAudits } from 'graphql-http'

const url = process.env.GRAPHQL_URL
const token = process.env.GRAPHQL_TOKEN
if (!url || !token) {
  console.error('Set GRAPHQL_URL and GRAPHQL_TOKEN.')
  process.exit(2)
}

/** Send a request of an audit with the access token. */
function authorized(input, init = {}) {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${token}`)
  return fetch(input, { ...init, headers })
}

const counts = { ok: 0, notice: 0, warn: 0, error: 0 }
for (const audit of serverAudits({ url, fetchFn: authorized })) {
  const result = await audit.fn()
  counts[result.status] += 1
  const mark = result.status === 'ok' ? 'ok   ' : result.status.padEnd(5)
  console.log(`${mark}  ${audit.id}  ${audit.name}${result.reason ? ` — ${result.reason}` : ''}`)
}

const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
console.log(
  `${total} audits: ${counts.ok} ok, ${counts.notice} notices, ${counts.warn} warnings, ${counts.error} errors`,
)
process.exit(total > 0 && counts.warn === 0 && counts.error === 0 ? 0 : 1)
