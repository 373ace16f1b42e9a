import { expect, test } from 'vitest'
import { tabIcon, tabTitle } from './tabStatus'

test('the title shows what is running, then that all is done until the page is seen', () => {
  expect(tabTitle(3, false)).toBe('(3) genai-studio')
  expect(tabTitle(0, true)).toBe('✓ genai-studio')
  expect(tabTitle(0, false)).toBe('genai-studio')
})

test('the icon has a dot only while something is running or done', () => {
  expect(tabIcon(0, false)).toBeNull()
  expect(tabIcon(1, false)).toContain('data:image/svg+xml')
  expect(tabIcon(0, true)).not.toBe(tabIcon(1, false))
})
