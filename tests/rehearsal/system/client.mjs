// The studio's client in a browser, less the page: aws-amplify signs in, subscribes, asks and
// downloads. A line of JSON on standard input is a command, one on standard output its outcome
// ({"id", "result"} or {"id", "error"}) or something pushed ({"pushed", "subscription"}).
//
//   AMPLIFY_CONFIGURATION=… NODE_EXTRA_CA_CERTS=… node client.mjs

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Amplify } from 'aws-amplify'
import { generateClient } from 'aws-amplify/api'
import { fetchAuthSession, signIn } from 'aws-amplify/auth'
import { Hub } from 'aws-amplify/utils'
import WebSocket from 'ws'

// Browsers have one, as Node.js does from release 22 on.
globalThis.WebSocket ??= WebSocket

Amplify.configure(JSON.parse(process.env.AMPLIFY_CONFIGURATION))
const api = generateClient()

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

/** Resolves once AppSync has taken the next subscription: here one begins after the other. */
function acknowledged() {
  return new Promise((resolve) => {
    const stop = Hub.listen('api', ({ payload }) => {
      if (payload.event !== 'Subscription ack') return
      stop()
      resolve()
    })
  })
}

const commands = {
  async signIn({ username, password }) {
    const { isSignedIn } = await signIn({ username, password })
    const { accessToken } = (await fetchAuthSession()).tokens
    return { isSignedIn, sub: accessToken.payload.sub, token: accessToken.toString() }
  },

  async subscribe({ name, query, variables }) {
    const ready = acknowledged()
    const failed = new Promise((_, reject) => {
      api.graphql({ query, variables }).subscribe({
        next: ({ data }) => say({ pushed: data, subscription: name }),
        error: reject,
      })
    })
    await Promise.race([ready, failed])
  },

  async execute({ query, variables }) {
    const { data } = await api.graphql({ query, variables })
    return data
  },

  async download({ url, file }) {
    const response = await fetch(url)
    const bytes = Buffer.from(await response.arrayBuffer())
    if (response.ok) await writeFile(file, bytes)
    return {
      status: response.status,
      contentType: response.headers.get('content-type'),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, ...input } = JSON.parse(line)
  commands[command](input).then(
    (result) => say({ id, result: result ?? null }),
    (error) => say({ id, error: error?.errors ?? null, text: String(error?.message ?? error) }),
  )
}
process.exit(0)
