// A client like the studio's page: aws-amplify signs in, subscribes, executes and downloads.
// Standard input has one JSON command per line. Standard output has one JSON message per line: the
// outcome of a command ({"id", "result"} or {"id", "error"}), or a value that a subscription
// received ({"pushed", "subscription"}).
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

// Node.js has a global WebSocket from version 22.
globalThis.WebSocket ??= WebSocket

Amplify.configure(JSON.parse(process.env.AMPLIFY_CONFIGURATION))
const api = generateClient()

const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

/** Resolve when AppSync has acknowledged the next subscription. They start one at a time. */
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
        next: ({ data }) => write({ pushed: data, subscription: name }),
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
    (result) => write({ id, result: result ?? null }),
    (error) => write({ id, error: error?.errors ?? null, text: String(error?.message ?? error) }),
  )
}
process.exit(0)
