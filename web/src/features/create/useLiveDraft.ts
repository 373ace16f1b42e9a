import { useEffect, useState } from 'react'
import { useStudio } from '../../app/StudioContext'
import { DraftImageDocument, type DraftImageMutation } from '../../graphql/generated/operations'
import type { Model } from '../../graphql/generation'
import { readPersonal, writePersonal } from '../account/personalStorage'
import { rollSeed, type Settings } from './settings'

export type LiveDraft = NonNullable<DraftImageMutation['draftImage']['draft']> & { prompt: string }

const NAME = 'live-draft'
/** The pause in typing that asks for a draft. */
const PAUSE = 350
const SHORTEST_PROMPT = 3

export interface LiveDrafts {
  /** Whether the model draws drafts at all. */
  offered: boolean
  on: boolean
  turn(on: boolean): void
  draft: LiveDraft | null
  /** The draft was made real: the next one is another picture. */
  renew(): void
}

/**
 * A quick picture of what is being typed, for models that are fast enough. A newer question makes
 * the server give up the one before; an answer that comes late is not shown.
 */
export function useLiveDraft(settings: Settings, model: Model): LiveDrafts {
  const { client } = useStudio()
  const [on, setOn] = useState(() => readPersonal(NAME) !== false)
  // The same noise while words change, so that the draft follows them and does not jump.
  const [noise, setNoise] = useState(rollSeed)
  const [draft, setDraft] = useState<LiveDraft | null>(null)
  const offered = model.speed === 'FAST'
  const prompt = settings.prompt.trim()
  const wanted = offered && on && prompt.length >= SHORTEST_PROMPT
  const { width, height, guidanceScale, seed, style, negativePrompt } = settings
  const question = JSON.stringify({
    input: {
      prompt,
      model: model.id,
      width,
      height,
      guidanceScale,
      seed: seed ?? noise,
      ...(style === null ? {} : { style }),
      ...(negativePrompt.trim() === '' ? {} : { negativePrompt: negativePrompt.trim() }),
    },
  })

  useEffect(() => {
    if (!wanted) return setDraft(null)
    let late = false
    const timer = setTimeout(async () => {
      const variables = JSON.parse(question)
      const { data } = await client.mutation(DraftImageDocument, variables).toPromise()
      const answer = data?.draftImage.draft
      if (!late && answer) setDraft({ ...answer, prompt: variables.input.prompt })
    }, PAUSE)
    return () => {
      late = true
      clearTimeout(timer)
    }
  }, [wanted, question, client])

  const turn = (next: boolean) => {
    writePersonal(NAME, next)
    setOn(next)
  }
  return { offered, on, turn, draft: wanted ? draft : null, renew: () => setNoise(rollSeed()) }
}
