import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { Button } from '../Button'
import { Menu } from './Menu'

afterEach(cleanup)

function renderMenu() {
  const run = vi.fn()
  render(
    <Menu
      trigger={<Button aria-label="More">…</Button>}
      actions={[{ id: 'copy', label: 'Copy prompt', run }]}
    />,
  )
  return { run, button: screen.getByRole('button', { name: 'More' }) }
}

test('the button announces its menu before the code of the menu is loaded', () => {
  const { button } = renderMenu()
  expect(button.getAttribute('aria-haspopup')).toBe('menu')
  expect(button.getAttribute('aria-expanded')).toBe('false')
  expect(screen.queryByRole('menu')).toBeNull()
})

test('a click opens the menu, and a click on an action runs it', async () => {
  const { run, button } = renderMenu()
  fireEvent.click(button)
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Copy prompt' }))
  expect(run).toHaveBeenCalledTimes(1)
})

test.each(['ArrowDown', 'ArrowUp'])('%s opens the menu without scrolling the page', async (key) => {
  const { button } = renderMenu()
  expect(fireEvent.keyDown(button, { key })).toBe(false)
  await screen.findByRole('menu')
})
