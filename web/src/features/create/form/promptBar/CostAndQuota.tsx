import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ViewerDocument } from '../../../../graphql/generated/operations'
import type { Model } from '../../../../graphql/store/generation'
import { formatLocale } from '../../../../i18n/formatLocale'
import { formatPrice } from '../../../../i18n/formatPrice'

/** The estimated cost of the next request and the remaining daily quota, if they apply. */
export function CostAndQuota({
  model,
  count,
  acceptedCount,
}: {
  model: Model
  /** Number of images of the request. */
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
  const { limit, left } = data?.viewer.quota ?? {}
  const parts = [
    price > 0
      ? t('create.cost', { cost: formatPrice(price, formatLocale(i18n.language)), count })
      : null,
    limit == null ? null : t('create.quota', { left: left ?? 0, limit }),
  ].filter((part) => part !== null)
  return parts.length > 0 ? <span>{parts.join(' · ')}</span> : null
}
