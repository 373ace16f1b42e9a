import { useEffect, useRef, useState } from 'react'
import { tabIcon, tabTitle } from './tabStatus'

/** Show the state of the queue in the title and icon of the browser tab. */
export function useTabStatus(unfinishedCount: number): void {
  const [finishedUnseen, setFinishedUnseen] = useState(false)
  const wasRunning = useRef(false)
  useEffect(() => {
    if (wasRunning.current && unfinishedCount === 0 && document.hidden) setFinishedUnseen(true)
    wasRunning.current = unfinishedCount > 0
  }, [unfinishedCount])
  useEffect(() => {
    const onVisible = () => !document.hidden && setFinishedUnseen(false)
    document.addEventListener('visibilitychange', onVisible)
    return () => document.removeEventListener('visibilitychange', onVisible)
  }, [])
  useEffect(() => {
    document.title = tabTitle(unfinishedCount, finishedUnseen)
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (!icon) return
    icon.dataset.plain ??= icon.href
    const href = tabIcon(unfinishedCount, finishedUnseen) ?? icon.dataset.plain
    // Assigning the same address makes the browser request it again.
    if (icon.href !== href) icon.href = href
  }, [unfinishedCount, finishedUnseen])
}
