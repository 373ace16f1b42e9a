import {
  type ComponentType,
  type ReactNode,
  startTransition,
  useEffect,
  useLayoutEffect,
  useState,
} from 'react'
import { loadPart } from './lazyPart'
import { nextTask } from './nextTask'

/** Resolves when the part before has appeared. */
let previous: Promise<void> = Promise.resolve()

/** Call `mount` after the parts that wait already, each in a task of its own. `mount` returns when it is done. */
function inTurn(mount: () => Promise<void>): void {
  previous = previous.then(nextTask).then(mount)
}

/**
 * A component that is loaded after the page has appeared. Its rendering yields to the browser, and
 * several of them appear one after another, so that the page responds in between. `lazyPart` suits what
 * the user waits for.
 */
export function deferredPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props & { fallback?: ReactNode }> {
  let loaded: ComponentType<Props> | null = null
  return function DeferredPart({ fallback = null, ...props }) {
    const [mount, setMount] = useState<{ Part: ComponentType<Props>; done: () => void } | null>(
      () => loaded && { Part: loaded, done: () => {} },
    )
    useEffect(() => {
      if (mount) return
      let cancel = () => {}
      let isCanceled = false
      const appear = (Part: ComponentType<Props>) =>
        inTurn(
          () =>
            new Promise((done) => {
              loaded = Part
              cancel = done
              if (isCanceled) done()
              else startTransition(() => setMount({ Part, done }))
            }),
        )
      void nextTask()
        .then(() => loadPart(load))
        .then(appear)
      return () => {
        isCanceled = true
        cancel()
      }
    }, [mount])
    useLayoutEffect(() => mount?.done(), [mount])
    return mount ? <mount.Part {...(props as unknown as Props)} /> : fallback
  }
}
