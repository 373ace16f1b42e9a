import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useCatalogText } from '../../../i18n/catalog'
import { useList, useRunningIds, useStudio } from '../../../studio/StudioContext'
import { Button } from '../../../ui/Button'
import { Notice } from '../../../ui/Notice'
import { supportsLanguage } from '../promptLanguage'
import { GenerationCard } from './GenerationCard'
import styles from './Results.module.css'

const MAX_CARDS = 24
/** Number of cards whose images load eagerly. */
const EAGER_CARDS = 4
const MAX_EXAMPLES = 6

/** The latest generations, finished or not, newest first. */
export function Results({ models }: { models: readonly Model[] }) {
  const { t } = useTranslation()
  const { recent } = useStudio()
  const { ids, status } = useList(recent)
  // Running generations are older than the queued ones, and must not drop off the end.
  const running = useRunningIds(ids)
  const list = useRef<HTMLOListElement>(null)
  const [first] = ids
  const newestId = useRef<string | null>(null)
  useEffect(() => {
    // On small screens the form covers the results, so scroll to a new one.
    if (newestId.current !== null && first !== undefined && first > newestId.current) {
      list.current?.firstElementChild?.scrollIntoView({ block: 'nearest' })
    }
    if (status === 'ready') newestId.current = first ?? ''
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
  const isRunning = new Set(running)
  const shown = [...running, ...ids.filter((id) => !isRunning.has(id))].slice(0, MAX_CARDS)
  return (
    <ol ref={list} className={styles.grid} aria-label={t('history.title')}>
      {shown.map((id, index) => (
        <li key={id}>
          <GenerationCard id={id} lazy={index >= EAGER_CARDS} />
        </li>
      ))}
    </ol>
  )
}

function Examples({ models }: { models: readonly Model[] }) {
  const { t, i18n } = useTranslation()
  const { form } = useStudio()
  const translate = useCatalogText()
  const model = models.find((candidate) => candidate.id === form.get().model) ?? models[0]
  const examples = model?.examples
    .slice(0, MAX_EXAMPLES)
    .map((prompt) =>
      supportsLanguage(model.promptLanguages, i18n.language) ? translate(prompt) : prompt,
    )
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
