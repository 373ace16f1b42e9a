import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ViewerDocument } from '../../../graphql/generated/operations'
import type { Model } from '../../../graphql/store/generation'
import { formatLocale } from '../../../i18n/formatLocale'
import styles from './CreateForm.module.css'

/** The estimated cost of the next request and the remaining daily quota, if they apply. */
export function CostAndQuota({
  model,
  count,
  acceptedCount,
}: {
  model: Model
  count: number
  /** Number of accepted requests. The quota is fetched again when it changes. */
  acceptedCount: number
}) {
  const { t, i18n } = useTranslation()
  const [{ data }, refetch] = useQuery({ query: ViewerDocument })
  useEffect(() => {
    if (acceptedCount > 0) refetch({ requestPolicy: 'network-only' })
  }, [acceptedCount, refetch])
  const price = model.pricePerImage * count
  const currency = new Intl.NumberFormat(formatLocale(i18n.language), {
    style: 'currency',
    currency: 'USD',
    maximumSignificantDigits: 2,
  })
  const { limit, left } = data?.viewer.quota ?? {}
  const parts = [
    price > 0 ? t('create.cost', { cost: currency.format(price), count }) : null,
    limit == null ? null : t('create.quota', { left: left ?? 0, limit }),
  ].filter((part) => part !== null)
  return parts.length > 0 ? <p className={styles.secondary}>{parts.join(' · ')}</p> : null
}
