import { Copy, CornerUpLeft } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import { showToast } from '../../ui/toast/toastQueue'
import type { Settings } from '../generations/settings'
import styles from './Inspector.module.css'
import { LongText } from './LongText'
import { useFact } from './useFact'

/** A prompt with buttons that copy it and put it into the form. */
export function PromptBlock({
  label,
  text,
  use,
}: {
  label: string
  text: string
  use: Partial<Settings>
}) {
  const { t } = useTranslation()
  const name = useId()
  const putIntoForm = useFact()
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    showToast(t('app.copied'))
  }
  return (
    <section className={styles.prompt}>
      <div className={styles.promptHeader}>
        <h2 id={name}>{label}</h2>
        <Button
          size="small"
          variant="plain"
          icon
          aria-label={t('image.copyText')}
          aria-describedby={name}
          onClick={copy}
        >
          <Copy size={14} aria-hidden />
        </Button>
        <Button
          size="small"
          variant="plain"
          icon
          aria-label={t('image.useFact')}
          aria-describedby={name}
          onClick={() => putIntoForm(label, use)}
        >
          <CornerUpLeft size={14} aria-hidden />
        </Button>
      </div>
      <LongText text={text} />
    </section>
  )
}
