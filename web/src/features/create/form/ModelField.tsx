import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useCatalogText } from '../../../i18n/catalog'
import { Field } from '../../../ui/Field'
import { isForeign, languageNames } from '../promptLanguage'
import styles from './CreateForm.module.css'

/** Commands, the same in every language. */
const FROM_FOLDER = 'genai-studio up --model-dir ./stable-diffusion-2-1-base'
const FROM_ENDPOINT = 'AWS_SM_EP=my-endpoint AWS_REGION=us-east-1 genai-studio up'

export function ModelField({
  models,
  model,
  prompt,
  choose,
}: {
  models: readonly Model[]
  model: Model
  prompt: string
  choose: (id: string) => void
}) {
  const { t, i18n } = useTranslation()
  const translated = useCatalogText()
  const { demonstration, promptLanguages } = model
  const description = translated(model.description)
  const foreign = isForeign(prompt, promptLanguages)
  return (
    <div className={styles.model}>
      <Field label={t('create.model')}>
        {(control) => (
          <select {...control} value={model.id} onChange={(event) => choose(event.target.value)}>
            {models.map((each) => (
              <option key={each.id} value={each.id}>
                {translated(each.name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {foreign && (
        <p role="status" className={styles.note}>
          {t('create.language', {
            model: translated(model.name),
            languages: languageNames(promptLanguages, i18n.language),
          })}
        </p>
      )}
      <p className={styles.quiet}>
        {demonstration ? t('create.demonstration', { description }) : description}
      </p>
      {demonstration && (
        <details className={styles.real}>
          <summary>{t('create.realModel')}</summary>
          <p>{t('create.realModelFolder')}</p>
          <code>{FROM_FOLDER}</code>
          <p>{t('create.realModelEndpoint')}</p>
          <code>{FROM_ENDPOINT}</code>
        </details>
      )}
    </div>
  )
}
