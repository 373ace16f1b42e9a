import { CornerUpLeft } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import type { Fact } from './facts'
import { useFact } from './useFact'

/** A property, and a button that puts its value into the form. */
export function FactRow({ fact: { label, value, use } }: { fact: Fact }) {
  const { t } = useTranslation()
  const name = useId()
  const putIntoForm = useFact()
  return (
    <div>
      <dt id={name}>{label}</dt>
      <dd>{value}</dd>
      {use && (
        <dd>
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
        </dd>
      )}
    </div>
  )
}
