import { lazy, Suspense, useSyncExternalStore } from 'react'
import { hasSpoken, onFirstSaying } from './say'

const ToastViewport = lazy(() => import('./ToastViewport'))

export function Toasts() {
  const wanted = useSyncExternalStore(onFirstSaying, hasSpoken)
  return wanted ? (
    <Suspense>
      <ToastViewport />
    </Suspense>
  ) : null
}
