import { Ban, Copy, Dices, Download, Heart, Redo2, RotateCcw, Trash2, Undo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { type GeneratedImage, type Generation, isUnfinished } from '../../graphql/store/generation'
import { useStudio } from '../../studio/StudioContext'
import { Button, buttonClass } from '../../ui/Button'
import { showToast } from '../../ui/toast/toastQueue'
import { EditAction } from '../edit/actions/EditAction'
import { UpscaleMenu } from '../edit/actions/UpscaleMenu'
import { VaryMenu } from '../edit/actions/VaryMenu'
import { settingsFromGeneration, toGenerateInput } from '../generations/settings'
import { useGenerationActions } from '../generations/useGenerationActions'
import styles from './ImageViewer.module.css'

/** Actions for the shown image, depending on the status. */
export function ImageActions({
  generation,
  image,
  close,
  remove,
}: {
  generation: Generation
  image: GeneratedImage | undefined
  close: () => void
  /** Move the generation to the trash and show another one. */
  remove: () => void
}) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { form, outbox } = useStudio()
  const { cancel, setFavorite, restore, retry } = useGenerationActions()
  const { id, favorite, status, prompt, trashedAt } = generation
  const settings = settingsFromGeneration(generation)

  const useSettings = () => {
    form.import({ ...settings, seed: image?.seed ?? settings.seed })
    navigate('/')
  }
  const resubmit = async () => {
    navigate('/')
    const outcome = await outbox.submit(toGenerateInput({ ...settings, seed: null }))
    if (outcome.kind === 'rejected')
      showToast(t(`error.${outcome.errors[0]?.code ?? 'INVALID_INPUT'}`))
    if (outcome.kind === 'failed') showToast(t('error.network'))
  }
  const copyPrompt = async () => {
    await navigator.clipboard.writeText(prompt)
    showToast(t('app.copied'))
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
  const failed = status !== 'SUCCEEDED'
  return (
    <div className={styles.actions}>
      {failed && (
        <Button variant="primary" onClick={() => retry(id).then(() => navigate('/'))}>
          <RotateCcw size={16} aria-hidden />
          {t('queue.retry')}
        </Button>
      )}
      <Button variant={failed ? undefined : 'primary'} onClick={useSettings}>
        <Redo2 size={16} aria-hidden />
        {t('image.useSettings')}
      </Button>
      <Button onClick={resubmit}>
        <Dices size={16} aria-hidden />
        {t('image.newSeed')}
      </Button>
      {image && <EditAction generation={generation} image={image} />}
      {image && <VaryMenu generation={generation} image={image} />}
      {image && <UpscaleMenu generation={generation} image={image} />}
      {image && (
        <a className={buttonClass({})} href={image.downloadUrl} download>
          <Download size={16} aria-hidden />
          {t('image.download')}
        </a>
      )}
      <Button onClick={copyPrompt}>
        <Copy size={16} aria-hidden />
        {t('image.copyPrompt')}
      </Button>
      <Button aria-pressed={favorite} onClick={() => setFavorite([id], !favorite)}>
        <Heart size={16} aria-hidden fill={favorite ? 'currentColor' : 'none'} />
        {t('history.favorite')}
      </Button>
      <Button variant="danger" onClick={remove}>
        <Trash2 size={16} aria-hidden />
        {t('history.delete')}
      </Button>
      <p className={styles.hint}>{t(failed ? 'image.hintFailed' : 'image.hintSucceeded')}</p>
    </div>
  )
}
