import type { Client } from '@urql/core'
import { FormStore } from '../features/generations/formStore'
import { Outbox } from '../features/generations/outbox'
import { GridStore } from '../features/grids/gridStore'
import { createGraphqlClient } from '../graphql/client/createGraphqlClient'
import type { TokenSource } from '../graphql/client/tokenSource'
import {
  GenerationDocument,
  type GenerationFilter,
  GenerationsDocument,
  ModelsDocument,
} from '../graphql/generated/operations'
import type { Generation } from '../graphql/store/generation'
import { GenerationList } from '../graphql/store/generationList'
import { GenerationStore } from '../graphql/store/generationStore'
import { LinkRefresher } from '../graphql/sync/linkRefresher'
import { startLiveUpdates } from '../graphql/sync/liveUpdates'
import { openTransport, tokenScheme } from '../graphql/transport/openTransport'
import type { Transport } from '../graphql/transport/transport'
import { nextTask } from '../ui/nextTask'
import type { Configuration } from './configuration'

const PAGE_SIZE = 48
/** Live updates start without the first lists if a server or proxy does not answer. */
const MAX_WAIT_FOR_LISTS_MS = 5_000

/** The state of the page for one signed-in user. It is discarded on sign-out. */
export interface Studio {
  /** The name the user signed in with. Null if the API's `viewer.username` is to be shown. */
  name: string | null
  client: Client
  store: GenerationStore
  transport: Transport
  /** All generations except the trash. */
  recent: GenerationList
  /** All queued and running generations. */
  unfinished: GenerationList
  /** Create another list. It receives updates while it is open. `first` is its page size. */
  createList(filter: GenerationFilter, first?: number): GenerationList
  /**
   * Fetch a generation into the store. Resolves to false if the server did not respond. An unknown ID
   * is not a failure.
   */
  fetchGeneration(id: string): Promise<boolean>
  /** Refreshes the image links of visible generations before they expire. */
  links: LinkRefresher
  outbox: Outbox
  grids: GridStore
  form: FormStore
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

  const fetchPage = async (filter: GenerationFilter, after: string | null, first = PAGE_SIZE) => {
    const variables = { first, after, filter }
    const result = await client
      .query(GenerationsDocument, variables, { requestPolicy: 'network-only' })
      .toPromise()
    if (!result.data) throw result.error ?? new Error('The server sent no data.')
    const { edges, pageInfo } = result.data.generations
    const generations: Generation[] = edges.map((edge) => edge.node)
    return {
      generations,
      hasNextPage: pageInfo.hasNextPage,
      endCursor: pageInfo.endCursor ?? null,
    }
  }
  const fetchGeneration = async (id: string) => {
    const { data } = await client
      .query(GenerationDocument, { id }, { requestPolicy: 'network-only' })
      .toPromise()
    return data !== undefined
  }

  const openLists = new Set<GenerationList>()
  const createList = (filter: GenerationFilter, first?: number) =>
    new GenerationList(store, (...page) => fetchPage(...page, first), filter, openLists)
  const refreshLists = () => Promise.all([...openLists].map((list) => list.refresh()))
  const unfinished = createList({ statuses: ['QUEUED', 'RUNNING'] })
  const recent = createList({})
  unfinished.open()
  recent.open()
  let stopLiveUpdates: (() => void) | null = () => {}
  // Do not wait for the subscription: the page must work where WebSockets are blocked. The subscription
  // requests the lists again when it has started, which must not delay the first image.
  const start = async () => {
    const latest = recent.refresh()
    await nextTask()
    // The Create page needs them too.
    void client.query(ModelsDocument, {}).toPromise()
    const lists = Promise.all([latest, unfinished.refresh()])
    const enough = new Promise((resolve) => setTimeout(resolve, MAX_WAIT_FOR_LISTS_MS))
    await Promise.race([lists, enough])
    if (stopLiveUpdates === null) return
    stopLiveUpdates = startLiveUpdates(client, store, transport, () => void refreshLists())
  }
  void start()
  const links = new LinkRefresher(store, fetchPage)
  const outbox = new Outbox(client)
  const grids = new GridStore(outbox)

  return {
    name: tokens.name(),
    client,
    store,
    transport,
    recent,
    unfinished,
    createList,
    fetchGeneration,
    links,
    outbox,
    grids,
    form: new FormStore(),
    close: () => {
      stopLiveUpdates?.()
      stopLiveUpdates = null
      links.close()
      transport.close()
    },
  }
}
