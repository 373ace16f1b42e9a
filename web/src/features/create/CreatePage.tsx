import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../graphql/generated/operations'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import styles from './CreatePage.module.css'
import { CreateForm } from './form/CreateForm'
import { Results } from './results/Results'

export function CreatePage() {
  const { t } = useTranslation()
  const [{ data, error }, refetch] = useQuery({ query: ModelsDocument })
  const [first, ...others] = data?.models ?? []
  return (
    <div className={styles.page}>
      <h1 className="visually-hidden">{t('create.title')}</h1>
      <section className={styles.form} aria-label={t('create.title')}>
        {first && <CreateForm models={[first, ...others]} />}
        {!first && error && (
          <Notice alert text={t('create.modelsFailed')}>
            <Button onClick={() => refetch({ requestPolicy: 'network-only' })}>
              {t('app.tryAgain')}
            </Button>
          </Notice>
        )}
        {!first && !error && <Notice text={t('app.loading')} />}
      </section>
      <Results models={data?.models ?? []} />
    </div>
  )
}
