import { useTranslation } from 'react-i18next'
import type { Model } from '../../graphql/generation'
import { Field } from '../../ui/Field'
import styles from './CreateForm.module.css'

export function ModelField({
  models,
  model,
  choose,
}: {
  models: readonly Model[]
  model: Model
  choose: (id: string) => void
}) {
  const { t } = useTranslation()
  const { description, demonstration } = model
  return (
    <div>
      <Field label={t('create.model')}>
        {(control) => (
          <select {...control} value={model.id} onChange={(event) => choose(event.target.value)}>
            {models.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <p className={styles.quiet}>
        {demonstration ? t('create.demonstration', { description }) : description}
      </p>
    </div>
  )
}
