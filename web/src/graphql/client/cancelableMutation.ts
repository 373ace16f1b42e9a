import {
  type AnyVariables,
  type Client,
  createRequest,
  type DocumentInput,
  makeOperation,
} from '@urql/core'
import { pipe, subscribe } from 'wonka'

/**
 * Sends a mutation of which only the newest answer counts. The result gives it up: its request is
 * aborted on the way, by which the host stops working on it.
 */
export function sendCancelableMutation<Data, Variables extends AnyVariables>(
  client: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
  answered: (data: Data) => void,
): () => void {
  const operation = client.createRequestOperation('mutation', createRequest(document, variables))
  const { unsubscribe } = pipe(
    client.executeRequestOperation<Data, Variables>(operation),
    subscribe(({ data }) => {
      if (data) answered(data)
    }),
  )
  return () => {
    unsubscribe()
    // A mutation runs on without its listeners, unlike a query.
    client.reexecuteOperation(makeOperation('teardown', operation))
  }
}
