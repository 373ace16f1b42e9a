import { act, renderHook, waitFor } from '@testing-library/react'
import { Client, fetchExchange } from '@urql/core'
import type { ReactNode } from 'react'
import { Provider } from 'urql'
import { expect, test } from 'vitest'
import { useModels } from './useModels'

const MODEL = { __typename: 'Model', id: 'sketch', name: 'Sketch' }

/** Render the hook with a server that sends these responses one after the other. */
function render(...responses: object[]) {
  const client = new Client({
    url: 'http://studio.test/graphql',
    exchanges: [fetchExchange],
    preferGetMethod: false,
    fetch: async () => Response.json(responses.shift()),
  })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <Provider value={client}>{children}</Provider>
  )
  return renderHook(useModels, { wrapper }).result
}

test('returns null until the server has responded, then the models', async () => {
  const result = render({ data: { models: [MODEL] } })
  expect(result.current).toMatchObject({ models: null, failed: false })
  await waitFor(() => expect(result.current.models).toMatchObject([{ id: 'sketch' }]))
  expect(result.current.failed).toBe(false)
})

test('reports a failure, and loads the models again on request', async () => {
  const result = render({ errors: [{ message: 'Busy.' }] }, { data: { models: [MODEL] } })
  await waitFor(() => expect(result.current.failed).toBe(true))
  expect(result.current.models).toBeNull()
  act(() => result.current.refetch())
  await waitFor(() => expect(result.current.models).toMatchObject([{ id: 'sketch' }]))
  expect(result.current.failed).toBe(false)
})
