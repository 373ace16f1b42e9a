import { ArrowLeft } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { Link, useLocation } from 'wouter'
import { ModelsDocument } from '../../graphql/generated/operations'
import { useLinkRefresh } from '../../studio/StudioContext'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { Editor } from './Editor'
import styles from './EditPage.module.css'
import type { EditRoute } from './route'
import { SourcePicker } from './source/SourcePicker'
import { type SourceLookup, useFileSource, useImageSource } from './source/useEditSource'
import { useOpenFile } from './source/useOpenFile'

/** The edit mode, on the whole page. */
export default function EditPage({
  route,
  banner,
}: {
  route: EditRoute
  /** Shown below the header, for example while the connection is lost. */
  banner: ReactNode
}) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  usePastedSource()
  const back = route.kind === 'image' ? `/image/${route.id}/${route.index}` : '/'
  const close = () => navigate(back)
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Button variant="plain" icon aria-label={t('edit.back')} onClick={close}>
          <ArrowLeft size={20} aria-hidden />
        </Button>
        <h1>{t('edit.title')}</h1>
      </header>
      <div>{banner}</div>
      <main className={styles.body}>
        {route.kind === 'choose' && <SourcePicker />}
        {route.kind === 'image' && (
          <StudioImage key={`${route.id}/${route.index}`} {...route} close={close} />
        )}
        {route.kind === 'file' && (
          <LocalFile key={route.sha256} sha256={route.sha256} close={close} />
        )}
      </main>
    </div>
  )
}

/** Edit an image file that is pasted outside a text. */
function usePastedSource(): void {
  const openFile = useOpenFile()
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const [file] = event.clipboardData?.files ?? []
      if (file === undefined || event.clipboardData?.getData('text')) return
      event.preventDefault()
      void openFile(file)
    }
    window.addEventListener('paste', onPaste)
    return () => window.removeEventListener('paste', onPaste)
  }, [openFile])
}

function StudioImage({ id, index, close }: { id: string; index: number; close: () => void }) {
  const lookup = useImageSource(id, index)
  const refreshLinks = useLinkRefresh(id)
  return <FoundSource lookup={lookup} close={close} refreshLinks={refreshLinks} />
}

function LocalFile({ sha256, close }: { sha256: string; close: () => void }) {
  const lookup = useFileSource(sha256)
  return <FoundSource lookup={lookup} close={close} refreshLinks={() => {}} />
}

function FoundSource({
  lookup,
  close,
  refreshLinks,
}: {
  lookup: SourceLookup
  close: () => void
  refreshLinks: () => void
}) {
  const { t } = useTranslation()
  const [{ data, error }, refetchModels] = useQuery({ query: ModelsDocument })
  if (lookup.kind === 'failed') {
    return (
      <Notice alert text={t('error.network')}>
        <Button onClick={lookup.refetch}>{t('app.tryAgain')}</Button>
      </Notice>
    )
  }
  if (lookup.kind === 'loading' || (!data && !error)) return <Notice text={t('app.loading')} />
  if (lookup.kind !== 'found') {
    return (
      <Notice title={t('edit.notFoundTitle')} text={t(`edit.notFound.${lookup.kind}`)}>
        <Link href="/edit">{t('edit.chooseSource')}</Link>
      </Notice>
    )
  }
  if (!data) {
    return (
      <Notice alert text={t('create.modelsFailed')}>
        <Button onClick={() => refetchModels({ requestPolicy: 'network-only' })}>
          {t('app.tryAgain')}
        </Button>
      </Notice>
    )
  }
  return (
    <Editor source={lookup.source} models={data.models} close={close} refreshLinks={refreshLinks} />
  )
}
