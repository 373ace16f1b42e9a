import type { Board } from '../boards/board'

/** What a page of the library shows. */
export interface LibraryView {
  /** The route of the page. Routes of its images start with it. */
  base: string
  /** Accessible name of the grid. */
  title: string
  trashed: boolean
  /** Null: the whole library, or the trash. */
  board: Board | null
  /** Let the user choose boards for generations. */
  addToBoard: (ids: readonly string[]) => void
}
