import { useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../studio/StudioContext'
import styles from './ConnectionBanner.module.css'

/** Do not report interruptions shorter than this. */
const GRACE_PERIOD_MS = 4_000

function subscribeToOnlineState(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

/** Shows that the browser is offline or that the subscription connection is lost. */
export function ConnectionBanner() {
  const { t } = useTranslation()
  const { transport } = useStudio()
  const online = useSyncExternalStore(subscribeToOnlineState, () => navigator.onLine)
  const connection = useSyncExternalStore(transport.onState, transport.state)
  const [lost, setLost] = useState(false)
  const open = connection === 'open'
  useEffect(() => {
    if (open) return setLost(false)
    const timer = setTimeout(() => setLost(true), GRACE_PERIOD_MS)
    return () => clearTimeout(timer)
  }, [open])
  const text = !online ? t('app.offline') : lost ? t('app.reconnecting') : null
  return <div role="status">{text && <p className={styles.banner}>{text}</p>}</div>
}
