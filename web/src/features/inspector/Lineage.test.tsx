import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { GenerationFilter } from '../../graphql/generated/operations'
import type { Generation } from '../../graphql/store/generation'
import { GenerationList } from '../../graphql/store/generationList'
import { GenerationStore } from '../../graphql/store/generationStore'
import { aGeneration, idAt } from '../../graphql/testing/generations'
import { startI18n } from '../../i18n/i18n'
import type { Studio } from '../../studio/openStudio'
import { StudioProvider } from '../../studio/StudioContext'
import { Lineage } from './Lineage'

beforeAll(startI18n)
afterEach(cleanup)

const generationAt = (position: number, prompt: string, parent: number | null = null) =>
  aGeneration({ id: idAt(position), prompt, parentId: parent === null ? null : idAt(parent) })

/** Render the lineage of `shown`. Only `shown` is in the store, `stored` is on the server. */
function renderLineage(stored: Generation[], shown: Generation) {
  const store = new GenerationStore()
  store.accept(shown)
  const filters: GenerationFilter[] = []
  const createList = (filter: GenerationFilter) =>
    new GenerationList(
      store,
      async (requested) => {
        filters.push(requested)
        const found = stored.filter(({ parentId }) => parentId === requested.parentId)
        for (const generation of found) store.accept(generation)
        return { generations: found, hasNextPage: false, endCursor: null }
      },
      filter,
    )
  const fetchGeneration = async (id: string) => {
    const found = stored.find((each) => each.id === id)
    if (found) store.accept(found)
    return true
  }
  const show = vi.fn()
  const links = { track: () => () => {} }
  render(
    <StudioProvider value={{ store, createList, fetchGeneration, links } as unknown as Studio}>
      <Lineage generation={shown} show={show} />
    </StudioProvider>,
  )
  return { store, filters, show }
}

const grandparent = generationAt(1, 'a tree')
const parentGeneration = generationAt(2, 'a green tree', 1)
const children = [generationAt(4, 'a tree in autumn', 2), generationAt(3, 'a tree in snow', 2)]

test('fetches and shows the parent and the derived images', async () => {
  const { filters, show } = renderLineage(
    [grandparent, parentGeneration, ...children],
    parentGeneration,
  )
  const buttons = await waitFor(() => {
    const found = screen.getAllByRole('button')
    expect(found).toHaveLength(3)
    return found
  })
  expect(buttons.map((button) => button.getAttribute('aria-label'))).toEqual([
    'Open a tree',
    'Open a tree in autumn',
    'Open a tree in snow',
  ])
  expect(filters).toEqual([{ parentId: parentGeneration.id }])
  buttons[2]?.click()
  expect(show).toHaveBeenCalledWith({ id: idAt(3), index: 0 })
})

test('shows a derived image that is created later', async () => {
  const { store } = renderLineage([grandparent], grandparent)
  await waitFor(() => expect(screen.queryAllByRole('button')).toHaveLength(0))
  store.accept(parentGeneration)
  await screen.findByRole('button', { name: 'Open a green tree' })
})

test('reports that the parent was deleted', async () => {
  renderLineage([parentGeneration], parentGeneration)
  await screen.findByText('No longer available')
})
