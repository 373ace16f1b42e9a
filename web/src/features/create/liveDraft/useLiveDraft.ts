import { useEffect, useState } from 'react'
import { sendCancelableMutation } from '../../../graphql/client/cancelableMutation'
import { DraftImageDocument, type DraftImageMutation } from '../../../graphql/generated/operations'
import type { Model } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import { readPersonal, writePersonal } from '../../account/personalStorage'
import { randomSeed } from '../../generations/seed'
import type { Settings } from '../../generations/settings'

type DraftImage = NonNullable<DraftImageMutation['draftImage']['draft']> & {
  prompt: string
  /** The serialized input, to detect whether the draft is up to date. */
  input: string
}

const NAME = 'live-draft'
const DEBOUNCE_MS = 350
const MIN_PROMPT_LENGTH = 3

export interface LiveDraft {
  /** Whether the model supports live drafts. */
  supported: boolean
  enabled: boolean
  setEnabled(enabled: boolean): void
  draft: DraftImage | null
  /** Whether the draft shows the current input. Otherwise a new one is on its way. */
  isCurrent: boolean
  /** Seed of the visible draft. Null if the draft is outdated or was already submitted. */
  seed: number | null
  /** Call after the form was submitted. The next draft then uses another seed. */
  onSubmitted(): void
}

/**
 * Generate a draft image while the user types, if the model is fast enough. Every change cancels the
 * request in progress, on the client and on the server.
 */
export function useLiveDraft(settings: Settings, model: Model): LiveDraft {
  const { client } = useStudio()
  const [enabled, setEnabled] = useState(() => readPersonal(NAME) !== false)
  // The seed stays the same while the prompt changes, so that consecutive drafts look similar.
  const [draftSeed, setDraftSeed] = useState(randomSeed)
  const [draft, setDraft] = useState<DraftImage | null>(null)
  const [submittedInput, setSubmittedInput] = useState<string | null>(null)
  const supported = model.speed === 'FAST'
  const prompt = settings.prompt.trim()
  const { width, height, guidanceScale, seed, style, negativePrompt } = settings
  const isAccepted = [prompt, negativePrompt.trim()].every(
    (text) => [...text].length <= model.limits.promptCharacters,
  )
  const active = supported && enabled && prompt.length >= MIN_PROMPT_LENGTH && isAccepted
  const input = JSON.stringify({
    prompt,
    model: model.id,
    width,
    height,
    guidanceScale,
    ...(seed === null ? {} : { seed }),
    ...(style === null ? {} : { style }),
    ...(negativePrompt.trim() === '' ? {} : { negativePrompt: negativePrompt.trim() }),
  })

  useEffect(() => {
    if (!active) return setDraft(null)
    if (input === submittedInput) return
    if (submittedInput !== null) return setSubmittedInput(null)
    let cancel = () => {}
    const timer = setTimeout(() => {
      const variables = { input: { seed: draftSeed, ...JSON.parse(input) } }
      cancel = sendCancelableMutation(client, DraftImageDocument, variables, ({ draftImage }) => {
        if (draftImage.draft) setDraft({ ...draftImage.draft, prompt, input })
      })
    }, DEBOUNCE_MS)
    return () => {
      clearTimeout(timer)
      cancel()
    }
  }, [active, input, prompt, submittedInput, draftSeed, client])

  const visibleDraft = active ? draft : null
  const isCurrent = visibleDraft?.input === input && input !== submittedInput
  return {
    supported,
    enabled,
    setEnabled: (next) => {
      writePersonal(NAME, next)
      setEnabled(next)
    },
    draft: visibleDraft,
    isCurrent,
    seed: isCurrent ? visibleDraft.seed : null,
    onSubmitted: () => {
      setDraft(null)
      setSubmittedInput(input)
      setDraftSeed(randomSeed())
    },
  }
}
