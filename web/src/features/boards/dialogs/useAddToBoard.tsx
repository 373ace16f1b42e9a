import { type ReactNode, Suspense, useState } from 'react'
import { lazyPart } from '../../../ui/lazyPart'

const AddToBoardDialog = lazyPart(() => import('./AddToBoardDialog'))

/** Return a function that opens the dialog of boards for generations, and the dialog to render. */
export function useAddToBoard(): {
  addToBoard: (ids: readonly string[]) => void
  dialog: ReactNode
} {
  const [ids, setIds] = useState<readonly string[] | null>(null)
  const dialog = ids && (
    <Suspense>
      <AddToBoardDialog ids={ids} close={() => setIds(null)} />
    </Suspense>
  )
  return { addToBoard: setIds, dialog }
}
