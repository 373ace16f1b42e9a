import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../graphql/generated/operations'
import { useCatalogText } from '../../i18n/catalog'
import styles from './ComparePage.module.css'
import { type ComparedImage, type ComparedSetting, differences } from './differences'
import { wordDiff } from './wordDiff'

/** What differs between the settings of two images. */
export function DifferenceList({ left, right }: { left: ComparedImage; right: ComparedImage }) {
  const { t } = useTranslation()
  const names = useSettingNames()
  const found = differences(left, right)
  const [before, after] = [left.generation, right.generation]
  const samePrompts =
    before.prompt === after.prompt && before.negativePrompt === after.negativePrompt
  return (
    <section className={styles.differences} aria-label={t('compare.differences')}>
      <h2>{t('compare.differences')}</h2>
      {samePrompts && found.length === 0 && <p>{t('compare.none')}</p>}
      <PromptDifference label={t('image.prompt')} before={before.prompt} after={after.prompt} />
      {before.negativePrompt !== after.negativePrompt && (
        <PromptDifference
          label={t('image.negativePrompt')}
          before={before.negativePrompt}
          after={after.negativePrompt}
        />
      )}
      {found.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('compare.setting')}</th>
              <th scope="col">{t('compare.left')}</th>
              <th scope="col">{t('compare.right')}</th>
            </tr>
          </thead>
          <tbody>
            {found.map(({ setting, label, left: old, right: next }) => (
              <tr key={setting}>
                <th scope="row">{t(label)}</th>
                <td>{names(setting, old)}</td>
                <td>{names(setting, next)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function PromptDifference({
  label,
  before,
  after,
}: {
  label: string
  before: string
  after: string
}) {
  const { t } = useTranslation()
  return (
    <div>
      <h3>{label}</h3>
      <p className={styles.prompt}>
        {before === after
          ? before
          : wordDiff(before, after).map(({ kind, text }, index) => {
              const Element = { same: 'span', removed: 'del', added: 'ins' } as const
              const Run = Element[kind]
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: runs may repeat, and never move.
                <Run key={index}>
                  {kind !== 'same' && (
                    <span className="visually-hidden">
                      {t(kind === 'removed' ? 'compare.onlyLeft' : 'compare.onlyRight')}
                    </span>
                  )}
                  {text}
                </Run>
              )
            })}
      </p>
    </div>
  )
}

/** Return a function that shows the value of a setting: the names of models, styles and operations. */
function useSettingNames() {
  const { t } = useTranslation()
  const translate = useCatalogText()
  const [{ data }] = useQuery({ query: ModelsDocument })
  const models = data?.models ?? []
  return (setting: ComparedSetting, value: string | null): string => {
    if (value === null) return '—'
    if (setting === 'operation') return t(`operation.${value as 'TEXT_TO_IMAGE'}`)
    if (setting === 'model') return translate(models.find(({ id }) => id === value)?.name ?? value)
    if (setting !== 'style') return value
    const styles = models.flatMap((model) => model.styles)
    return translate(styles.find(({ id }) => id === value)?.name ?? value)
  }
}
