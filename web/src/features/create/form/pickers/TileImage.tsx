import styles from './TileImage.module.css'

/** The square example image of a tile, or a plain surface with the first letter of its name. */
export function TileImage({ src, name }: { src: string | undefined; name: string }) {
  if (src !== undefined) return <img className={styles.image} src={src} alt="" />
  return (
    <span className={`${styles.image} ${styles.plain}`} aria-hidden>
      {[...name][0]}
    </span>
  )
}
