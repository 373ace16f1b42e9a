import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

interface ClientMessage {
  type: string
  id?: string
  payload?: { data: string; extensions: { authorization: Record<string, string> } }
}

export interface Client {
  /** Decoded `header-` subprotocol. */
  header: Record<string, string>
  received: ClientMessage[]
  send(message: unknown): void
  /** Terminate the socket without a close frame. */
  drop(): void
}

/** A server for AppSync's realtime protocol, over real sockets. */
export class AppsyncServer {
  readonly clients: Client[] = []
  /** Tokens that the server accepts. */
  accepted = new Set(['abc'])
  connectionTimeoutMs = 300_000
  /** Whether the server acknowledges subscriptions. */
  sendsStartAck = true
  private readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1' })

  async start(): Promise<string> {
    this.server.options.handleProtocols = (protocols) =>
      protocols.has('graphql-ws') ? 'graphql-ws' : false
    this.server.on('connection', (socket, request) => {
      const offered = request.headers['sec-websocket-protocol'] ?? ''
      this.accept(socket, offered, request.url ?? '')
    })
    await new Promise((listening) => this.server.once('listening', listening))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/graphql`
  }

  async stop(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate()
    await new Promise((closed) => this.server.close(closed))
  }

  latest(): Client {
    const client = this.clients.at(-1)
    if (!client) throw new Error('No client has connected.')
    return client
  }

  /** List the IDs of the client's active subscriptions. */
  subscriptions({ received }: Client): string[] {
    const stopped = received.filter(({ type }) => type === 'stop').map(({ id }) => id)
    return received.flatMap(({ type, id }) =>
      type === 'start' && id !== undefined && !stopped.includes(id) ? [id] : [],
    )
  }

  private accept(socket: WebSocket, offered: string, path: string): void {
    const encoded = /header-([\w-]+)/.exec(offered)?.[1] ?? ''
    const client: Client = {
      header: path === '/graphql/realtime' ? JSON.parse(fromBase64Url(encoded)) : {},
      received: [],
      send: (message) => socket.send(JSON.stringify(message)),
      drop: () => socket.terminate(),
    }
    this.clients.push(client)
    socket.on('message', (data) => {
      const message: ClientMessage = JSON.parse(data.toString())
      client.received.push(message)
      this.respond(client, message)
    })
  }

  private respond(client: Client, { type, id, payload }: ClientMessage): void {
    const refusal = { errors: [{ errorType: 'UnauthorizedException', errorCode: 401 }] }
    if (type === 'connection_init') {
      if (this.accepted.has(client.header.Authorization ?? '')) {
        const { connectionTimeoutMs } = this
        client.send({ type: 'connection_ack', payload: { connectionTimeoutMs } })
        client.send({ type: 'ka' })
      } else client.send({ type: 'connection_error', payload: refusal })
    } else if (type === 'start') {
      const { Authorization = '' } = payload?.extensions.authorization ?? {}
      if (!this.accepted.has(Authorization)) client.send({ id, type: 'error', payload: refusal })
      else if (this.sendsStartAck) client.send({ id, type: 'start_ack' })
    } else if (type === 'stop') {
      client.send({ id, type: 'complete' })
    }
  }
}

function fromBase64Url(encoded: string): string {
  return Buffer.from(encoded, 'base64url').toString()
}
