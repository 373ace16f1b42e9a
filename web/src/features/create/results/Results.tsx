import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useCatalogText } from '../../../i18n/catalog'
import { useList, useStudio } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { Notice } from '../../../ui/Notice'
import { reads } from '../promptLanguage'
import { GenerationCard } from './GenerationCard'
import styles from './Results.module.css'

const SHOWN = 24
/** So many are loaded whether they are near the window or not. */
const AT_ONCE = 4
const EXAMPLES = 6

/** What is on its way and what came last, newest first, each in its place from the first moment. */
export function Results({ models }: { models: readonly Model[] }) {
  const { t } = useTranslation()
  const { recent } = useStudio()
  const { ids, status } = useList(recent)
  const list = useRef<HTMLOListElement>(null)
  const [first] = ids
  const known = useRef<string | null>(null)
  useEffect(() => {
    // On a phone the form fills the screen: what was just asked for is brought into view.
    if (known.current !== null && first !== undefined && first > known.current) {
      list.current?.firstElementChild?.scrollIntoView({ block: 'nearest' })
    }
    if (status === 'ready') known.current = first ?? ''
  }, [first, status])
  if (ids.length === 0) {
    if (status === 'loading') return <Notice text={t('app.loading')} />
    if (status === 'failed') {
      return (
        <Notice alert title={t('history.failedTitle')}>
          <Button onClick={() => recent.refresh()}>{t('app.tryAgain')}</Button>
        </Notice>
      )
    }
    return <Examples models={models} />
  }
  return (
    <ol ref={list} className={styles.grid} aria-label={t('history.title')}>
      {ids.slice(0, SHOWN).map((id, index) => (
        <li key={id}>
          <GenerationCard id={id} lazy={index >= AT_ONCE} />
        </li>
      ))}
    </ol>
  )
}

function Examples({ models }: { models: readonly Model[] }) {
  const { t, i18n } = useTranslation()
  const { form } = useStudio()
  const inOwnWords = useCatalogText()
  const model = models.find((candidate) => candidate.id === form.get().model) ?? models[0]
  const examples = model?.examples
    .slice(0, EXAMPLES)
    .map((prompt) => (reads(model.promptLanguages, i18n.language) ? inOwnWords(prompt) : prompt))
  return (
    <Notice title={t('create.emptyTitle')} text={t('create.emptyText')}>
      {examples && examples.length > 0 && (
        <>
          <h3>{t('create.examples')}</h3>
          <div className={styles.examples}>
            {examples.map((prompt) => (
              <Button key={prompt} onClick={() => form.set({ ...form.get(), prompt })}>
                {prompt}
              </Button>
            ))}
          </div>
        </>
      )}
    </Notice>
  )
}
