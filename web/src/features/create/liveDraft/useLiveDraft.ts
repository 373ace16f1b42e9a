import { useEffect, useState } from 'react'
import { sendCancelableMutation } from '../../../graphql/client/cancelableMutation'
import { DraftImageDocument, type DraftImageMutation } from '../../../graphql/generated/operations'
import type { Model } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import { readPersonal, writePersonal } from '../../account/personalStorage'
import { randomSeed, type Settings } from '../../generations/settings'

type LiveDraft = NonNullable<DraftImageMutation['draftImage']['draft']> & {
  prompt: string
  /** All that it was drawn from, to see whether it is still what is asked for. */
  question: string
}

const NAME = 'live-draft'
/** The pause in typing that asks for a draft. */
const PAUSE = 350
const SHORTEST_PROMPT = 3

export interface LiveDraftState {
  /** Whether the model draws drafts at all. */
  offered: boolean
  on: boolean
  turn(on: boolean): void
  draft: LiveDraft | null
  /** Draws the draft that is shown; null when it is not what the form says, or was made real. */
  seed: number | null
  /** The draft was made real: the next one, when something changes, is another image. */
  madeReal(): void
}

/**
 * A quick image of what is being typed, for models that are fast enough. Whatever changes gives
 * up the draft that is on its way, here and at the host.
 */
export function useLiveDraft(settings: Settings, model: Model): LiveDraftState {
  const { client } = useStudio()
  const [on, setOn] = useState(() => readPersonal(NAME) !== false)
  // The same noise while words change, so that the draft follows them and does not jump.
  const [noise, setNoise] = useState(randomSeed)
  const [draft, setDraft] = useState<LiveDraft | null>(null)
  const [real, setReal] = useState<string | null>(null)
  const offered = model.speed === 'FAST'
  const prompt = settings.prompt.trim()
  const wanted = offered && on && prompt.length >= SHORTEST_PROMPT
  const { width, height, guidanceScale, seed, style, negativePrompt } = settings
  const question = JSON.stringify({
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
    if (!wanted) return setDraft(null)
    if (question === real) return
    if (real !== null) return setReal(null)
    let giveUp = () => {}
    const timer = setTimeout(() => {
      const input = { seed: noise, ...JSON.parse(question) }
      giveUp = sendCancelableMutation(client, DraftImageDocument, { input }, ({ draftImage }) => {
        if (draftImage.draft) setDraft({ ...draftImage.draft, prompt: input.prompt, question })
      })
    }, PAUSE)
    return () => {
      clearTimeout(timer)
      giveUp()
    }
  }, [wanted, question, real, noise, client])

  const turn = (next: boolean) => {
    writePersonal(NAME, next)
    setOn(next)
  }
  const shown = wanted ? draft : null
  const meant = shown?.question === question && question !== real
  return {
    offered,
    on,
    turn,
    draft: shown,
    seed: meant ? shown.seed : null,
    madeReal: () => {
      setReal(question)
      setNoise(randomSeed())
    },
  }
}
