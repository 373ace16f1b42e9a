import { useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useCatalogText } from '../../../i18n/catalog'
import { useStudio } from '../../../studio/StudioContext'
import { showToast } from '../../../ui/toast/toastQueue'
import { EXAMPLE_SIDE, exampleImage } from '../../exampleImages/exampleImages'
import { fitToModel, toGenerateInput } from '../../generations/settings'
import { supportsLanguage } from '../promptLanguage'
import styles from './Examples.module.css'

const MAX_EXAMPLES = 6

/** Example prompts of the chosen model, while there are no images. A click creates one. */
export default function Examples({ models }: { models: readonly Model[] }) {
  const { t, i18n } = useTranslation()
  const { form, outbox } = useStudio()
  const chosen = useSyncExternalStore(form.subscribe, form.get).model
  const translate = useCatalogText()
  const [sending, setSending] = useState(false)
  const model = models.find((candidate) => candidate.id === chosen) ?? models[0]
  if (!model) return null
  const isTranslated = supportsLanguage(model.promptLanguages, i18n.language)
  const examples = model.examples.slice(0, MAX_EXAMPLES).map((english) => ({
    prompt: isTranslated ? translate(english) : english,
    image: exampleImage(english),
  }))
  const create = async (prompt: string) => {
    const settings = fitToModel(model, { ...form.get(), prompt })
    form.set(settings)
    setSending(true)
    const outcome = await outbox.submit(toGenerateInput(settings))
    setSending(false)
    if (outcome.kind === 'rejected')
      showToast(t(`error.${outcome.errors[0]?.code ?? 'INVALID_INPUT'}`))
    if (outcome.kind === 'failed') showToast(t('error.network'))
  }
  return (
    <div className={styles.empty}>
      <h2>{t('create.emptyTitle')}</h2>
      <p>{t('create.emptyText')}</p>
      {examples.length > 0 && (
        <>
          <h3>{t('create.examples')}</h3>
          <div className={styles.tiles}>
            {examples.map(({ prompt, image }) => (
              <button
                key={prompt}
                type="button"
                className={styles.tile}
                aria-disabled={sending}
                onClick={() => !sending && void create(prompt)}
              >
                {image && <img src={image} alt="" width={EXAMPLE_SIDE} height={EXAMPLE_SIDE} />}
                <span>{prompt}</span>
              </button>
            ))}
          </div>
        </>
      )}
    </div>
  )
}
