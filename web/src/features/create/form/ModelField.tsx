import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useCatalogText } from '../../../i18n/catalog'
import { Field } from '../../../ui/Field'
import { isUnsupportedLanguage, languageNames } from '../promptLanguage'
import styles from './CreateForm.module.css'

/** Commands to copy. They are not translated. */
const FOLDER_COMMAND = 'genai-studio up --model-dir ./stable-diffusion-2-1-base'
const ENDPOINT_COMMAND = 'AWS_SM_EP=my-endpoint AWS_REGION=us-east-1 genai-studio up'

/** The model selection, with a warning if the model does not support the prompt's language. */
export function ModelField({
  models,
  model,
  prompt,
  error,
  choose,
}: {
  models: readonly Model[]
  model: Model
  prompt: string
  error: string | undefined
  choose: (id: string) => void
}) {
  const { t, i18n } = useTranslation()
  const translate = useCatalogText()
  const { demonstration, promptLanguages } = model
  const description = translate(model.description)
  const isUnsupported = isUnsupportedLanguage(prompt, promptLanguages)
  return (
    <div className={styles.model}>
      <Field label={t('create.model')} error={error}>
        {(control) => (
          <select {...control} value={model.id} onChange={(event) => choose(event.target.value)}>
            {models.map((each) => (
              <option key={each.id} value={each.id}>
                {translate(each.name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {isUnsupported && (
        <p role="status" className={styles.note}>
          {t('create.language', {
            model: translate(model.name),
            languages: languageNames(promptLanguages, i18n.language),
          })}
        </p>
      )}
      <p className={styles.secondary}>
        {demonstration ? t('create.demonstration', { description }) : description}
      </p>
      {demonstration && (
        <details className={styles.ownModel}>
          <summary>{t('create.ownModel')}</summary>
          <p>{t('create.ownModelFolder')}</p>
          <code>{FOLDER_COMMAND}</code>
          <p>{t('create.ownModelEndpoint')}</p>
          <code>{ENDPOINT_COMMAND}</code>
        </details>
      )}
    </div>
  )
}
