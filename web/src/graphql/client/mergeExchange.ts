import { type Exchange, formatDocument, makeOperation, type Operation } from '@urql/core'
import { map, pipe } from 'wonka'
import type { Generation } from '../store/generation'
import type { GenerationStore } from '../store/generationStore'

function isGeneration(value: object): value is Generation {
  return '__typename' in value && value.__typename === 'Generation' && 'version' in value
}

/** Merge every generation of a result into the store, and replace it by the stored record. */
function mergeResult(value: unknown, store: GenerationStore): unknown {
  if (Array.isArray(value)) return value.map((item) => mergeResult(item, store))
  if (!(value instanceof Object)) return value
  if (isGeneration(value)) return store.accept(value)
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, mergeResult(field, store)]),
  )
}

/** Add `__typename` to all selections. `isGeneration` needs it. */
function withTypenames(operation: Operation): Operation {
  if (operation.kind === 'teardown') return operation
  const query = formatDocument(operation.query)
  return makeOperation(operation.kind, { ...operation, query }, operation.context)
}

/** Apply the merge rules to all results. It must come after the cache, next to the network. */
export function mergeExchange(store: GenerationStore): Exchange {
  return ({ forward }) =>
    (operations) =>
      pipe(
        operations,
        map(withTypenames),
        forward,
        map((result) =>
          result.data ? { ...result, data: mergeResult(result.data, store) } : result,
        ),
      )
}
