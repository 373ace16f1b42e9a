import {
  type AnyVariables,
  type Client,
  createRequest,
  type DocumentInput,
  makeOperation,
} from '@urql/core'
import { pipe, subscribe } from 'wonka'

/**
 * Send a mutation that can be canceled. The returned function aborts the HTTP request, and the server
 * stops the work when the client disconnects.
 */
export function sendCancelableMutation<Data, Variables extends AnyVariables>(
  client: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
  onData: (data: Data) => void,
): () => void {
  const operation = client.createRequestOperation('mutation', createRequest(document, variables))
  const { unsubscribe } = pipe(
    client.executeRequestOperation<Data, Variables>(operation),
    subscribe(({ data }) => {
      if (data) onData(data)
    }),
  )
  return () => {
    unsubscribe()
    // Unlike a query, a mutation continues after its last listener unsubscribes.
    client.reexecuteOperation(makeOperation('teardown', operation))
  }
}
