import type { ReactNode } from 'react'
import styles from './StudioLayout.module.css'

/**
 * The areas of the studio. On wide screens the controls and the inspector are columns; on others they
 * are overlays, which take no space.
 */
export function StudioLayout({
  controls,
  canvas,
  promptBar,
  filmstrip,
  inspector,
}: {
  controls: ReactNode
  canvas: ReactNode
  /** Below the canvas. */
  promptBar: ReactNode
  filmstrip: ReactNode
  inspector: ReactNode
}) {
  return (
    <div className={styles.layout}>
      {controls}
      <div className={styles.stage}>
        <div className={styles.canvas}>{canvas}</div>
        <div className={styles.promptBar}>{promptBar}</div>
        <div className={styles.filmstrip} data-used={Boolean(filmstrip)}>
          {filmstrip}
        </div>
      </div>
      {inspector}
    </div>
  )
}
