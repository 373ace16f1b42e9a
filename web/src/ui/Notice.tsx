import type { ReactNode } from 'react'
import styles from './Notice.module.css'

/** A message in place of content that is empty, loading or failed to load. */
export function Notice({
  title,
  text,
  alert = false,
  children,
}: {
  title?: string
  text?: string
  alert?: boolean
  children?: ReactNode
}) {
  return (
    <div className={styles.notice} role={alert ? 'alert' : undefined}>
      {title && <h2>{title}</h2>}
      {text && <p>{text}</p>}
      {children}
    </div>
  )
}
