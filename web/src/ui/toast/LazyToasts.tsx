import { lazy, Suspense, useSyncExternalStore } from 'react'
import { hasToasts, onFirstToast } from './toastQueue'

const ToastViewport = lazy(() => import('./ToastViewport'))

/** The toast viewport. Its code is loaded with the first toast. */
export function LazyToasts() {
  const isNeeded = useSyncExternalStore(onFirstToast, hasToasts)
  return isNeeded ? (
    <Suspense>
      <ToastViewport />
    </Suspense>
  ) : null
}
