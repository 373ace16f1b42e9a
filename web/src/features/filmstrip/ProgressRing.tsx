import { useProgress } from '../../studio/StudioContext'
import styles from './Filmstrip.module.css'

const RADIUS = 14
const LENGTH = 2 * Math.PI * RADIUS

/** The progress of a generation as a ring. It is decoration: the canvas and the queue say it in words. */
export function ProgressRing({ id, running }: { id: string; running: boolean }) {
  const progress = useProgress(id)
  const done = progress ? progress.step / progress.steps : 0
  return (
    <>
      {progress?.previewUrl && <img className={styles.preview} src={progress.previewUrl} alt="" />}
      <svg className={styles.ring} viewBox="0 0 36 36" aria-hidden="true" data-running={running}>
        <circle cx="18" cy="18" r={RADIUS} />
        <circle
          cx="18"
          cy="18"
          r={RADIUS}
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - done)}
        />
      </svg>
    </>
  )
}
