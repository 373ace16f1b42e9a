import { Heart } from 'lucide-react'
import { useDeferredValue, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHistoryList, useList } from '../../app/StudioContext'
import { Button } from '../../ui/Button'
import { controlClass } from '../../ui/Field'
import { Notice } from '../../ui/Notice'
import { HistoryGrid } from './HistoryGrid'
import styles from './HistoryPage.module.css'

const TYPING = 250

export default function HistoryPage({ trashed }: { trashed: boolean }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const text = useSettled(typed.trim(), TYPING)
  const [favorite, setFavorite] = useState(false)
  const filter = {
    ...(trashed ? { trashed } : {}),
    ...(text === '' ? {} : { text }),
    ...(favorite ? { favorite } : {}),
  }
  const list = useHistoryList(filter)
  const state = useList(list)
  const ids = useDeferredValue(state.ids)
  const filtered = text !== '' || favorite
  const empty = filtered ? 'Filtered' : trashed ? 'Trash' : ''
  return (
    <>
      <div className={styles.tools}>
        <h1>{t(trashed ? 'history.trashTitle' : 'history.title')}</h1>
        <input
          type="search"
          className={`${controlClass} ${styles.search}`}
          placeholder={t('history.search')}
          aria-label={t('history.search')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button aria-pressed={favorite} onClick={() => setFavorite(!favorite)}>
          <Heart size={16} aria-hidden />
          {t('history.favourites')}
        </Button>
      </div>
      {ids.length > 0 && <HistoryGrid ids={ids} list={list} trashed={trashed} />}
      {ids.length === 0 && state.status === 'loading' && <Notice text={t('app.loading')} />}
      {ids.length === 0 && state.status === 'ready' && (
        <Notice title={t(`history.empty${empty}Title`)} text={t(`history.empty${empty}Text`)} />
      )}
      {state.status === 'failed' && (
        <Notice alert title={t('history.failedTitle')}>
          <Button onClick={() => list.refresh()}>{t('app.tryAgain')}</Button>
        </Notice>
      )}
    </>
  )
}

/** A value once it has stood still. */
function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}
