import { Ban, Copy, Dices, Download, Heart, Redo2, RotateCcw, Trash2, Undo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useStudio } from '../../app/StudioContext'
import { type Generation, isUnfinished, type Picture } from '../../graphql/generation'
import { Button, buttonClass } from '../../ui/Button'
import { say } from '../../ui/say'
import { settingsOf, toInput } from '../create/settings'
import styles from './PictureView.module.css'
import { useActions } from './useActions'

export function PictureActions({
  generation,
  image,
  close,
}: {
  generation: Generation
  image: Picture | undefined
  close: () => void
}) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { draft, outbox } = useStudio()
  const { cancel, setFavorite, remove, restore, retry } = useActions()
  const { id, favorite, status, prompt, trashedAt } = generation
  const settings = settingsOf(generation)

  const recall = () => {
    draft.set({ ...settings, seed: image?.seed ?? settings.seed })
    navigate('/')
  }
  const newSeeds = async () => {
    navigate('/')
    const outcome = await outbox.submit(toInput({ ...settings, seed: null }))
    if (outcome.kind === 'refused') say(t(`error.${outcome.errors[0]?.code ?? 'INVALID_INPUT'}`))
    if (outcome.kind === 'failed') say(t('error.network'))
  }
  const copy = async () => {
    await navigator.clipboard.writeText(prompt)
    say(t('app.copied'))
  }

  if (trashedAt !== null) {
    return (
      <div className={styles.actions}>
        <Button onClick={() => restore([id]).then(close)}>
          <Undo2 size={16} aria-hidden />
          {t('history.restore')}
        </Button>
      </div>
    )
  }
  if (isUnfinished(generation)) {
    return (
      <div className={styles.actions}>
        <Button onClick={() => cancel(id)}>
          <Ban size={16} aria-hidden />
          {t('queue.cancel')}
        </Button>
      </div>
    )
  }
  const ended = status !== 'SUCCEEDED'
  return (
    <div className={styles.actions}>
      {ended && (
        <Button look="accent" onClick={() => retry(id).then(() => navigate('/'))}>
          <RotateCcw size={16} aria-hidden />
          {t('queue.retry')}
        </Button>
      )}
      <Button look={ended ? undefined : 'accent'} onClick={recall}>
        <Redo2 size={16} aria-hidden />
        {t('picture.useAll')}
      </Button>
      <Button onClick={newSeeds}>
        <Dices size={16} aria-hidden />
        {t('picture.newSeeds')}
      </Button>
      {image && (
        <a className={buttonClass({})} href={image.downloadUrl} download>
          <Download size={16} aria-hidden />
          {t('picture.download')}
        </a>
      )}
      <Button onClick={copy}>
        <Copy size={16} aria-hidden />
        {t('picture.copyPrompt')}
      </Button>
      <Button aria-pressed={favorite} onClick={() => setFavorite([id], !favorite)}>
        <Heart size={16} aria-hidden fill={favorite ? 'currentColor' : 'none'} />
        {t('history.favourite')}
      </Button>
      <Button
        look="danger"
        onClick={() => {
          close()
          void remove([id])
        }}
      >
        <Trash2 size={16} aria-hidden />
        {t('history.delete')}
      </Button>
      <p className={styles.hint}>{t(ended ? 'picture.hintEnded' : 'picture.hintDone')}</p>
    </div>
  )
}
