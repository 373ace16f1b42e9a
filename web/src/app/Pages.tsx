import { type ReactNode, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { parseCompareRoute } from '../features/compare/compareRoute'
import { CreatePage } from '../features/create/CreatePage'
import { WindowDropTarget } from '../features/create/recall/WindowDropTarget'
import { parseEditRoute } from '../features/edit/route'
import { PageKeys } from '../features/keys/PageKeys'
import { useStudio } from '../studio/StudioContext'
import { Button } from '../ui/Button'
import { lazyPart } from '../ui/lazyPart'
import { Notice } from '../ui/Notice'
import { ConnectionBanner } from './ConnectionBanner'
import styles from './Pages.module.css'
import { Rail } from './Rail'
import { addressOf, parseRoute } from './routes'

const BoardsPage = lazyPart(() => import('../features/boards/BoardsPage'))
const ComparePage = lazyPart(() => import('../features/compare/ComparePage'))
const GridPage = lazyPart(() => import('../features/grids/view/GridPage'))
const EditPage = lazyPart(() => import('../features/edit/EditPage'))
const HistoryPage = lazyPart(() => import('../features/history/HistoryPage'))
const ImageViewer = lazyPart(() => import('../features/viewer/ImageViewer'))

/** Report whether a route shows boards: `/boards`, or `/boards/ID`. */
const isBoards = (base: string) => /^\/boards(\/|$)/.test(base)

/** Report whether a route shows prompt grids: `/grids`, or `/grids/ID`. */
const isGrids = (base: string) => /^\/grids(\/|$)/.test(base)

export function Pages({ version, signOut }: { version: string; signOut: () => Promise<void> }) {
  const { t } = useTranslation()
  const [location, navigate] = useLocation()
  const { base, image } = parseRoute(location)
  const content = useRef<HTMLElement>(null)
  const { recent } = useStudio()
  const [list, setList] = useState(recent)
  const page = (name: string): ReactNode => {
    if (name === '/') {
      return (
        <CreatePage
          selected={image}
          select={(position) =>
            // Walking through the images adds no entries to the browser's history.
            navigate(addressOf('/', position), { replace: image !== null && position !== null })
          }
        />
      )
    }
    if (name === '/history')
      return <HistoryPage key="history" trashed={false} onListChange={setList} />
    if (isBoards(name)) return <BoardsPage base={name} onListChange={setList} />
    if (isGrids(name)) return <GridPage base={name} />
    const compared = parseCompareRoute(name)
    if (compared) return <ComparePage key={name} pair={compared} />
    if (name === '/trash') return <HistoryPage key="trash" trashed onListChange={setList} />
    return (
      <Notice>
        <h1>{t('app.notFound')}</h1>
        <Link href="/">{t('app.home')}</Link>
      </Notice>
    )
  }
  const edit = parseEditRoute(location)
  if (edit) {
    return (
      <>
        <Suspense fallback={<Notice text={t('app.loading')} />}>
          <EditPage route={edit} banner={<ConnectionBanner />} />
        </Suspense>
        <WindowDropTarget />
      </>
    )
  }
  return (
    <div className={styles.shell}>
      {/* Not a link, because the fragment contains the route. */}
      <Button className={styles.skip} onClick={() => content.current?.focus()}>
        {t('app.skip')}
      </Button>
      <Rail base={base} version={version} signOut={signOut} />
      <div className={styles.content}>
        <div className={styles.banner}>
          <ConnectionBanner />
        </div>
        <main ref={content} tabIndex={-1} className={styles.main} data-scrolls={base !== '/'}>
          <Suspense fallback={<Notice text={t('app.loading')} />}>{page(base)}</Suspense>
        </main>
      </div>
      <WindowDropTarget />
      <PageKeys />
      {image && base !== '/' && (
        <Suspense>
          <ImageViewer
            id={image.id}
            index={image.index ?? 0}
            list={list}
            show={(position) => navigate(addressOf(base, position), { replace: true })}
            close={() => navigate(base)}
          />
        </Suspense>
      )}
    </div>
  )
}
