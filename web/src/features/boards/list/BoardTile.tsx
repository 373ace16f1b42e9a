import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { type Board, boardRoute } from '../board'
import { BoardMenu } from '../dialogs/BoardMenu'
import styles from './BoardList.module.css'
import { BoardPreview } from './BoardPreview'

/** Load the images of a tile before it is scrolled into view. */
const MARGIN = '200px'

/** A board: its latest images, its name and its menu. */
export function BoardTile({ board, onRemoved }: { board: Board; onRemoved: () => void }) {
  const tile = useRef<HTMLLIElement>(null)
  const [hasBeenVisible, setHasBeenVisible] = useState(false)
  useEffect(() => {
    if (!tile.current || hasBeenVisible) return
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setHasBeenVisible(true),
      { rootMargin: MARGIN },
    )
    observer.observe(tile.current)
    return () => observer.disconnect()
  }, [hasBeenVisible])
  return (
    <li ref={tile} className={styles.tile}>
      <Link href={boardRoute(board.id)} className={styles.open}>
        <span className={styles.preview}>{hasBeenVisible && <BoardPreview id={board.id} />}</span>
        <span className={styles.name}>{board.name}</span>
      </Link>
      <BoardMenu board={board} onRemoved={onRemoved} />
    </li>
  )
}
