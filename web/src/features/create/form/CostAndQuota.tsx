import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ViewerDocument } from '../../../graphql/generated/operations'
import type { Model } from '../../../graphql/store/generation'
import styles from './CreateForm.module.css'

/** What the next request costs, and what is left of the day; nothing where both are free. */
export function CostAndQuota({
  model,
  count,
  accepted,
}: {
  model: Model
  count: number
  /** Rises with every accepted request: then less is left. */
  accepted: number
}) {
  const { t, i18n } = useTranslation()
  const [{ data }, ask] = useQuery({ query: ViewerDocument })
  useEffect(() => {
    if (accepted > 0) ask({ requestPolicy: 'network-only' })
  }, [accepted, ask])
  const price = model.pricePerImage * count
  const dollars = new Intl.NumberFormat(i18n.language, {
    style: 'currency',
    currency: 'USD',
    maximumSignificantDigits: 2,
  })
  const { limit, left } = data?.viewer.quota ?? {}
  const parts = [
    price > 0 ? t('create.cost', { cost: dollars.format(price), count }) : null,
    limit == null ? null : t('create.quota', { left: left ?? 0, limit }),
  ].filter((part) => part !== null)
  return parts.length > 0 ? <p className={styles.quiet}>{parts.join(' · ')}</p> : null
}
