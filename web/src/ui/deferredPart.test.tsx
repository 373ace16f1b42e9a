import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { deferredPart } from './deferredPart'

afterEach(cleanup)

/** A part whose script arrives when `arrive` is called. */
function partOf(name: string) {
  let arrive = () => {}
  const script = new Promise<() => string>((resolve) => {
    arrive = () => resolve(() => name)
  })
  return { Part: deferredPart(() => script), arrive: () => arrive() }
}

/** Wait until the parts that have arrived are rendered. */
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve, 20)))

test('the fallback is shown until the part has loaded', async () => {
  const { Part, arrive } = partOf('tools')
  render(<Part fallback="loading" />)
  await settle()
  expect(document.body.textContent).toBe('loading')
  arrive()
  await settle()
  expect(document.body.textContent).toBe('tools')
})

test('a part that has loaded is shown at once', async () => {
  const { Part, arrive } = partOf('tools')
  arrive()
  const { unmount } = render(<Part />)
  await settle()
  unmount()
  render(<Part fallback="loading" />)
  expect(screen.getByText('tools')).toBeTruthy()
})

test('several places show the same part', async () => {
  const { Part, arrive } = partOf('tools')
  render(
    <>
      <Part />, <Part />
    </>,
  )
  arrive()
  await waitFor(() => expect(document.body.textContent).toBe('tools, tools'))
})

test('a part that is removed before its script has arrived does not delay the others', async () => {
  const removed = partOf('removed')
  const { unmount } = render(<removed.Part />)
  unmount()
  removed.arrive()
  const { Part, arrive } = partOf('tools')
  render(<Part />)
  arrive()
  await settle()
  expect(document.body.textContent).toBe('tools')
})
