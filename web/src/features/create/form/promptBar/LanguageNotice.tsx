import { useTranslation } from 'react-i18next'
import { useCatalogText } from '../../../../i18n/catalog'
import { isUnsupportedLanguage, languageNames } from '../../promptLanguage'
import { useCreateForm } from '../CreateFormContext'

/** A warning if the model does not support the language of the prompt. */
export default function LanguageNotice({ className }: { className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const translate = useCatalogText()
  const { model, settings } = useCreateForm()
  if (!isUnsupportedLanguage(settings.prompt, model.promptLanguages)) return null
  return (
    <p role="status" className={className}>
      {t('create.language', {
        model: translate(model.name),
        languages: languageNames(model.promptLanguages, i18n.language),
      })}
    </p>
  )
}
