import type { Client } from '@urql/core'
import { Draft } from '../features/create/draft'
import { Outbox } from '../features/create/outbox'
import { createGraphqlClient } from '../graphql/client'
import { FreshLinks } from '../graphql/freshLinks'
import {
  GenerationDocument,
  type GenerationFilter,
  type GenerationStatus,
  GenerationsDocument,
} from '../graphql/generated/operations'
import type { Generation } from '../graphql/generation'
import { GenerationList } from '../graphql/generationList'
import { GenerationStore } from '../graphql/generationStore'
import { keepLive } from '../graphql/liveGenerations'
import { openTransport, tokenScheme } from '../graphql/openTransport'
import type { TokenSource } from '../graphql/tokenSource'
import type { Transport } from '../graphql/transport'
import type { Configuration } from './configuration'

const PAGE = 48
const UNFINISHED: GenerationStatus[] = ['QUEUED', 'RUNNING']

/** Everything one signed-in person's page holds; thrown away as a whole when they sign out. */
export interface Studio {
  /** What the person signed in by; null where the host knows a better name. */
  name: string | null
  client: Client
  store: GenerationStore
  transport: Transport
  /** Unfinished ones. */
  queue: GenerationList
  /** All but the trash. */
  recent: GenerationList
  /** Another view of the history, kept while it is mounted. */
  list(filter: GenerationFilter): GenerationList
  /** Reads a generation into the store; whether the host answered, be it that there is none. */
  reread(id: string): Promise<boolean>
  /** Keeps the links of what is shown alive. */
  links: FreshLinks
  /** Requests on their way to being accepted. */
  outbox: Outbox
  /** What stands in the form. */
  draft: Draft
  close(): void
}

export function openStudio(configuration: Configuration, tokens: TokenSource): Studio {
  const store = new GenerationStore()
  const transport = openTransport(configuration, tokens)
  const client = createGraphqlClient(
    configuration.graphqlUrl,
    tokens,
    tokenScheme(configuration),
    transport,
    store,
  )

  const fetchPage = async (filter: GenerationFilter, after: string | null) => {
    const variables = { first: PAGE, after, filter }
    const result = await client
      .query(GenerationsDocument, variables, { requestPolicy: 'network-only' })
      .toPromise()
    if (!result.data) throw result.error ?? new Error('no answer')
    const { edges, pageInfo } = result.data.generations
    const generations: Generation[] = edges.map((edge) => edge.node)
    return {
      generations,
      hasNextPage: pageInfo.hasNextPage,
      endCursor: pageInfo.endCursor ?? null,
    }
  }

  const open = new Set<GenerationList>()
  const list = (filter: GenerationFilter) => {
    const made = new GenerationList(store, fetchPage, filter)
    const observe = made.open.bind(made)
    made.open = () => {
      const close = observe()
      open.add(made)
      return () => {
        open.delete(made)
        close()
      }
    }
    return made
  }

  const queue = list({ statuses: UNFINISHED })
  const recent = list({})
  queue.open()
  recent.open()
  const snapshot = () => {
    for (const each of open) void each.refresh()
  }
  // Where no socket can be had the page still works: the lists are read at once, and again as
  // soon as the subscription stands.
  snapshot()
  const stop = keepLive(client, store, transport, snapshot)
  const reread = async (id: string) => {
    const { data } = await client
      .query(GenerationDocument, { id }, { requestPolicy: 'network-only' })
      .toPromise()
    return data !== undefined
  }
  const links = new FreshLinks(store, fetchPage)
  const outbox = new Outbox(client)
  void outbox.resend()

  return {
    name: tokens.name(),
    client,
    store,
    transport,
    queue,
    recent,
    list,
    reread,
    links,
    outbox,
    draft: new Draft(),
    close: () => {
      stop()
      links.close()
      transport.close()
    },
  }
}
