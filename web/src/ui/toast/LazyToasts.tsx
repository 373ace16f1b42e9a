import { Suspense, useSyncExternalStore } from 'react'
import { lazyPart } from '../lazyPart'
import { hasToasts, onFirstToast } from './toastQueue'

const ToastViewport = lazyPart(() => import('./ToastViewport'))

/** The toast viewport. Its code is loaded with the first toast. */
export function LazyToasts() {
  const isNeeded = useSyncExternalStore(onFirstToast, hasToasts)
  return isNeeded ? (
    <Suspense>
      <ToastViewport />
    </Suspense>
  ) : null
}
