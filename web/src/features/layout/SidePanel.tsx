import { type ReactNode, Suspense } from 'react'
import { lazyPart } from '../../ui/lazyPart'
import styles from './SidePanel.module.css'
import type { Panel } from './usePanel'

const PanelOverlay = lazyPart(() => import('./PanelOverlay'))

/** A panel as a column, or as a drawer or sheet over the page. */
export function SidePanel({
  panel,
  side,
  label,
  children,
}: {
  panel: Panel
  side: 'start' | 'end'
  label: string
  children: ReactNode
}) {
  if (!panel.isOpen) return null
  if (panel.isColumn) {
    return (
      <section className={styles.column} data-side={side} aria-label={label}>
        {children}
      </section>
    )
  }
  return (
    <Suspense>
      <PanelOverlay side={side} label={label} close={() => panel.setOpen(false)}>
        {children}
      </PanelOverlay>
    </Suspense>
  )
}
