import { type Exchange, formatDocument, makeOperation, type Operation } from '@urql/core'
import { map, pipe } from 'wonka'
import type { Generation } from '../store/generation'
import type { GenerationStore } from '../store/generationStore'

function isGeneration(value: object): value is Generation {
  return '__typename' in value && value.__typename === 'Generation' && 'version' in value
}

/** Takes every generation in an answer into the store and puts what is true in its place. */
function settle(value: unknown, store: GenerationStore): unknown {
  if (Array.isArray(value)) return value.map((item) => settle(item, store))
  if (!(value instanceof Object)) return value
  if (isGeneration(value)) return store.accept(value)
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, settle(field, store)]),
  )
}

/** Adds `__typename` everywhere, by which generations are known in an answer. */
function typed(operation: Operation): Operation {
  if (operation.kind === 'teardown') return operation
  const query = formatDocument(operation.query)
  return makeOperation(operation.kind, { ...operation, query }, operation.context)
}

/** Stands snapToRange to the network, so that nothing that comes in passes by the merge rules. */
export function mergeExchange(store: GenerationStore): Exchange {
  return ({ forward }) =>
    (operations) =>
      pipe(
        operations,
        map(typed),
        forward,
        map((result) => (result.data ? { ...result, data: settle(result.data, store) } : result)),
      )
}
