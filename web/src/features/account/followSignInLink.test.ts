import i18next from 'i18next'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import en from '../../i18n/en.json'
import zh from '../../i18n/zh-CN.json'
import { followSignInLink } from './followSignInLink'
import { localTokenSource } from './localTokenSource'

const NOW = Date.parse('2026-11-23T08:00:00.000Z')

function token(subject: string, expiresInSeconds = 3600): string {
  const claims = { sub: subject, username: `${subject} b.`, exp: NOW / 1000 + expiresInSeconds }
  return `e30.${btoa(JSON.stringify(claims)).replaceAll('=', '')}.sig`
}

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW })
  localStorage.clear()
  await i18next.init({
    lng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zh } },
    interpolation: { escapeValue: false },
  })
})

afterEach(() => vi.useRealTimers())

test('asks before it replaces another account, and keeps the account if declined', async () => {
  const tokens = localTokenSource()
  tokens.signIn(token('ada'))
  const ask = vi.fn(() => false)
  expect(followSignInLink(tokens, token('grace'), ask)).toBe(false)
  expect(ask).toHaveBeenCalledWith(expect.stringContaining('“grace b.”'))
  expect(await tokens.current()).toBe(token('ada'))
})

test('asks in the language of the page', async () => {
  await i18next.changeLanguage('zh-CN')
  const tokens = localTokenSource()
  tokens.signIn(token('ada'))
  const ask = vi.fn(() => false)
  followSignInLink(tokens, token('grace'), ask)
  expect(ask).toHaveBeenCalledWith(expect.stringMatching(/grace b\..*账户/))
})

test('switches the account if the user agrees', async () => {
  const tokens = localTokenSource()
  tokens.signIn(token('ada'))
  expect(followSignInLink(tokens, token('grace'), () => true)).toBe(true)
  expect(await tokens.current()).toBe(token('grace'))
})

test.each([
  ['signed out', null, token('ada')],
  ['the same account', token('ada'), token('ada', 7200)],
  ['an invalid token', token('ada'), 'nonsense'],
  ['an expired token', token('ada'), token('grace', -1)],
])('does not ask: %s', (_, before, link) => {
  const tokens = localTokenSource()
  if (before !== null) tokens.signIn(before)
  const ask = vi.fn(() => true)
  followSignInLink(tokens, link, ask)
  expect(ask).not.toHaveBeenCalled()
})
