import { useEffect, useMemo, useRef } from 'react'
import type { Generation } from '../../graphql/store/generation'
import { useList, useRunningIds, useStudio } from '../../studio/StudioContext'
import { afterRemovalFrom, type Shown, shownOf, step, stripOrder } from '../canvas/shown'
import { useGenerationActions } from '../generations/useGenerationActions'
import { type GenerationLookup, useGenerationLookup } from '../generations/useGenerationLookup'

export interface ShownGeneration {
  /** The IDs in the order of the filmstrip. */
  order: readonly string[]
  /** Null if there are no generations. */
  position: Shown | null
  lookup: GenerationLookup
  generation: Generation | undefined
  show(shown: Shown): void
  /** Follow the newest generation again. */
  leave(): void
  /** Move the generation to the trash, and show the next one. */
  remove(): void
  previous: Shown | null
  next: Shown | null
}

/** The generation on the canvas: the selected one, or the newest one. */
export function useShown(
  selected: Shown | null,
  select: (shown: Shown | null) => void,
): ShownGeneration {
  const { recent, store, outbox } = useStudio()
  const { ids } = useList(recent)
  const running = useRunningIds(ids)
  const order = useMemo(() => stripOrder(ids, running), [ids, running])
  const position = shownOf(selected, order)
  const lookup = useGenerationLookup(position?.id ?? null)
  const { remove } = useGenerationActions()
  const imageCount = (id: string) => store.get(id)?.images.length ?? 0

  const leave = () => {
    if (selected) select(null)
  }
  const latestLeave = useRef(leave)
  useEffect(() => {
    latestLeave.current = leave
  })
  // The user wants to see what they have just requested.
  useEffect(
    () => outbox.observe((_, { kind }) => kind === 'accepted' && latestLeave.current()),
    [outbox],
  )

  return {
    order,
    position,
    lookup,
    generation: lookup.generation,
    show: select,
    leave,
    remove: () => {
      if (position === null) return
      if (selected) select(afterRemovalFrom(order, position.id))
      void remove([position.id])
    },
    previous: position && step(order, position, -1, imageCount),
    next: position && step(order, position, 1, imageCount),
  }
}
