import { lazy, Suspense, useSyncExternalStore } from 'react'
import { hasToasts, onFirstToast } from './toastQueue'

const ToastViewport = lazy(() => import('./ToastViewport'))

export function Toasts() {
  const wanted = useSyncExternalStore(onFirstToast, hasToasts)
  return wanted ? (
    <Suspense>
      <ToastViewport />
    </Suspense>
  ) : null
}
