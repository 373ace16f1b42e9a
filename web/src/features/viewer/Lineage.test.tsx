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

const one = (position: number, prompt: string, parent: number | null = null) =>
  aGeneration({ id: idAt(position), prompt, parentId: parent === null ? null : idAt(parent) })

/** A studio whose server holds these, and whose page knows but the one that is looked at. */
function look(stored: Generation[], shown: Generation) {
  const store = new GenerationStore()
  store.accept(shown)
  const asked: GenerationFilter[] = []
  const createList = (filter: GenerationFilter) =>
    new GenerationList(
      store,
      async (wanted) => {
        asked.push(wanted)
        const found = stored.filter(({ parentId }) => parentId === wanted.parentId)
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
  const links = { show: () => () => {}, renew: () => {} }
  render(
    <StudioProvider value={{ store, createList, fetchGeneration, links } as unknown as Studio}>
      <Lineage generation={shown} show={show} />
    </StudioProvider>,
  )
  return { store, asked, show }
}

const grandmother = one(1, 'a tree')
const mother = one(2, 'a green tree', 1)
const daughters = [one(4, 'a tree in autumn', 2), one(3, 'a tree in snow', 2)]

test('shows what it came from and what was made of it, though the page knew neither', async () => {
  const { asked, show } = look([grandmother, mother, ...daughters], mother)
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
  expect(asked).toEqual([{ parentId: mother.id }])
  buttons[2]?.click()
  expect(show).toHaveBeenCalledWith({ id: idAt(3), index: 0 })
})

test('hears of what is made of it while it is shown', async () => {
  const { store } = look([grandmother], grandmother)
  await waitFor(() => expect(screen.queryAllByRole('button')).toHaveLength(0))
  store.accept(mother)
  await screen.findByRole('button', { name: 'Open a green tree' })
})

test('says when what it came from is gone', async () => {
  look([mother], mother)
  await screen.findByText('No longer there')
})
