import type { CSSProperties, ReactNode } from 'react'
import styles from './Canvas.module.css'

/** A box with an aspect ratio, as large as the canvas permits. */
export function Fitted({ ratio, children }: { ratio: number; children: ReactNode }) {
  return (
    <div className={styles.fitted} style={{ '--ratio': ratio } as CSSProperties}>
      <div>{children}</div>
    </div>
  )
}
