import { readPersonal, writePersonal } from '../../../account/personalStorage'

const NAME = 'prompts'
const MAX_PROMPTS = 30

/** Return the prompts submitted in this browser, newest first. */
export function promptHistory(): string[] {
  const stored = readPersonal(NAME)
  return Array.isArray(stored) ? stored.filter((prompt) => typeof prompt === 'string') : []
}

export function addToPromptHistory(prompt: string): void {
  const others = promptHistory().filter((earlier) => earlier !== prompt)
  writePersonal(NAME, [prompt, ...others].slice(0, MAX_PROMPTS))
}
