import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchTooltips } from './watchTooltips'

let shown: (string | null)[]
let stop: () => void

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`No element #${id}.`)
  return found
}

function point(id: string, pointerType = 'mouse'): void {
  element(id).dispatchEvent(new PointerEvent('pointerover', { bubbles: true, pointerType }))
}

beforeEach(() => {
  vi.useFakeTimers()
  document.body.innerHTML = `
    <button id="a" data-tooltip="A"><span id="icon"></span></button>
    <button id="b" data-tooltip="B"></button>
    <p id="text"></p>
    <div data-tooltip-popup id="popup"></div>`
  shown = []
  stop = watchTooltips(document, (target) => shown.push(target?.dataset.tooltip ?? null))
})

afterEach(() => {
  stop()
  vi.useRealTimers()
})

test('a tooltip appears after 400 ms under the pointer, and the next one at once', () => {
  point('icon')
  vi.advanceTimersByTime(399)
  expect(shown).toEqual([])
  vi.advanceTimersByTime(1)
  expect(shown).toEqual(['A'])
  point('b')
  expect(shown).toEqual(['A', 'B'])
})

test('the pointer can cross to the popup, and leaving hides it', () => {
  point('a')
  vi.advanceTimersByTime(400)
  point('text')
  vi.advanceTimersByTime(100)
  point('popup')
  vi.advanceTimersByTime(1_000)
  expect(shown).toEqual(['A'])
  point('text')
  vi.advanceTimersByTime(150)
  expect(shown).toEqual(['A', null])
})

test.each(['pointerdown', 'keydown', 'scroll', 'focusout'])('%s cancels and hides', (name) => {
  point('a')
  element('a').dispatchEvent(new Event(name, { bubbles: true }))
  vi.advanceTimersByTime(1_000)
  expect(shown).toEqual([])
  point('b')
  vi.advanceTimersByTime(400)
  element('b').dispatchEvent(new Event(name, { bubbles: true }))
  expect(shown).toEqual(['B', null])
})

test('a tap shows no tooltip', () => {
  point('a', 'touch')
  vi.advanceTimersByTime(1_000)
  expect(shown).toEqual([])
})

test('a tooltip of a removed element is not shown', () => {
  point('a')
  element('a').remove()
  vi.advanceTimersByTime(400)
  expect(shown).toEqual([])
})
