import { Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { parseCompareRoute } from '../features/compare/compareRoute'
import { CreatePage } from '../features/create/CreatePage'
import { WindowDropTarget } from '../features/create/recall/WindowDropTarget'
import { parseEditRoute } from '../features/edit/route'
import { useStudio } from '../studio/StudioContext'
import { Button } from '../ui/Button'
import { lazyPart } from '../ui/lazyPart'
import { Notice } from '../ui/Notice'
import { ConnectionBanner } from './ConnectionBanner'
import { Header } from './Header'
import styles from './Pages.module.css'

const ComparePage = lazyPart(() => import('../features/compare/ComparePage'))
const GridPage = lazyPart(() => import('../features/grids/view/GridPage'))
const EditPage = lazyPart(() => import('../features/edit/EditPage'))
const HistoryPage = lazyPart(() => import('../features/history/HistoryPage'))
const ImageViewer = lazyPart(() => import('../features/viewer/ImageViewer'))

/** Parse a route. `/history/image/ID/0` shows the first image of generation ID over `/history`. */
function parseRoute(location: string) {
  const [, base = '', id, index = '0'] =
    /^(.*?)(?:\/image\/([^/]+)(?:\/(\d+))?)?$/.exec(location) ?? []
  return { base: base === '' ? '/' : base, image: id ? { id, index: Number(index) } : null }
}

/** Report whether a route shows prompt grids: `/grids`, or `/grids/ID`. */
const isGrids = (base: string) => /^\/grids(\/|$)/.test(base)

export function Pages({ version, signOut }: { version: string; signOut: () => Promise<void> }) {
  const { t } = useTranslation()
  const [location, navigate] = useLocation()
  const { base, image } = parseRoute(location)
  const content = useRef<HTMLElement>(null)
  const { recent } = useStudio()
  const [list, setList] = useState(recent)
  const compared = parseCompareRoute(base)
  const prefix = base === '/' ? '' : base
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
    <>
      {/* Not a link, because the fragment contains the route. */}
      <Button className={styles.skip} onClick={() => content.current?.focus()}>
        {t('app.skip')}
      </Button>
      <Header base={base} version={version} signOut={signOut} />
      <main ref={content} tabIndex={-1} className={styles.main}>
        <Suspense fallback={<Notice text={t('app.loading')} />}>
          {base === '/' && <CreatePage />}
          {base === '/history' && (
            <HistoryPage key="history" trashed={false} onListChange={setList} />
          )}
          {base === '/trash' && <HistoryPage key="trash" trashed onListChange={setList} />}
          {compared && <ComparePage key={base} pair={compared} />}
          {isGrids(base) && <GridPage base={base} />}
          {!['/', '/history', '/trash'].includes(base) && !isGrids(base) && !compared && (
            <Notice>
              <h1>{t('app.notFound')}</h1>
              <Link href="/">{t('app.home')}</Link>
            </Notice>
          )}
        </Suspense>
      </main>
      <WindowDropTarget />
      {image && (
        <Suspense>
          <ImageViewer
            {...image}
            list={base === '/' ? recent : list}
            show={({ id, index }) => navigate(`${prefix}/image/${id}/${index}`, { replace: true })}
            close={() => navigate(base)}
          />
        </Suspense>
      )}
    </>
  )
}
