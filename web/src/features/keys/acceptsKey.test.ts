import { afterEach, expect, test } from 'vitest'
import { acceptsKey } from './acceptsKey'

afterEach(() => {
  document.body.innerHTML = ''
})

/** Press a key in the element with the ID `at`, and report whether it is a shortcut for `container`. */
function accepted(html: string, init: KeyboardEventInit = {}, container: string | null = null) {
  document.body.innerHTML = html
  let result: boolean | null = null
  const listener = (event: KeyboardEvent) => {
    result = acceptsKey(event, container === null ? null : document.querySelector(container))
  }
  window.addEventListener('keydown', listener)
  const event = new KeyboardEvent('keydown', { key: 'f', bubbles: true, ...init })
  document.getElementById('at')?.dispatchEvent(event)
  window.removeEventListener('keydown', listener)
  return result
}

test('accepts keys outside of fields, and on checkboxes', () => {
  expect(accepted('<main id="at"></main>')).toBe(true)
  expect(accepted('<button id="at"></button>')).toBe(true)
  expect(accepted('<input id="at" type="checkbox">')).toBe(true)
})

test('accepts no key while the user types, or in controls with keys of their own', () => {
  for (const html of [
    '<input id="at">',
    '<input id="at" type="range">',
    '<textarea id="at"></textarea>',
    '<select id="at"></select>',
    '<div contenteditable><p id="at"></p></div>',
    '<div role="menu"><div id="at" role="menuitem"></div></div>',
  ])
    expect(accepted(html), html).toBe(false)
})

test('accepts no key with a modifier, except Shift', () => {
  for (const modifier of ['altKey', 'ctrlKey', 'metaKey'])
    expect(accepted('<main id="at"></main>', { [modifier]: true })).toBe(false)
  expect(accepted('<main id="at"></main>', { key: '?', shiftKey: true })).toBe(true)
})

test('a dialog takes the keys of the page below, but not its own', () => {
  const html = '<main id="at"></main><div role="dialog"><article></article></div>'
  expect(accepted(html)).toBe(false)
  expect(accepted(html, {}, 'main')).toBe(false)
  expect(accepted(html, {}, 'article')).toBe(true)
  const stacked = `${html}<div role="dialog"></div>`
  expect(accepted(stacked, {}, 'article')).toBe(false)
})

test('a toast takes no keys', () => {
  expect(accepted('<main id="at"></main><div role="dialog" data-toast></div>')).toBe(true)
})
