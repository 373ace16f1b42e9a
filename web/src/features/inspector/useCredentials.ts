import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import {
  ImageCredentialsDocument,
  type ImageCredentialsQuery,
} from '../../graphql/generated/operations'

type Credentials = NonNullable<ImageCredentialsQuery['imageCredentials']>

/**
 * Ask the studio to validate the signature of an image, and describe the result.
 *
 * @param id - ID of the image; undefined: there is none.
 * @returns Null if the studio cannot validate, or the image is gone.
 */
export function useCredentials(id: string | undefined): string | null {
  const { t } = useTranslation()
  const [{ data, error, fetching }] = useQuery({
    query: ImageCredentialsDocument,
    variables: { id: id ?? '' },
    pause: id === undefined,
    // Each view validates the stored file again: an earlier result proves nothing.
    requestPolicy: 'network-only',
  })
  if (id === undefined) return null
  if (fetching) return t('app.loading')
  if (error) return t('credentials.failed')
  const credentials = data?.imageCredentials
  return credentials ? describeCredentials(credentials, t) : null
}

/** Describe what a validation found: the status, the signer and the ingredients. */
export function describeCredentials(
  { status, signer, organization, ingredients }: Credentials,
  t: TFunction,
): string | null {
  if (status == null) return null
  const name = signer && organization ? `${signer} (${organization})` : signer
  const parts = [t(`credentials.${status}`)]
  if (name) parts.push(t('credentials.signer', { name }))
  for (const { title, status: found, signer: by } of ingredients) {
    const state = t(`credentials.ingredient.${found}`, { signer: by ?? '?' })
    parts.push(t('credentials.madeFrom', { title, state }))
  }
  return parts.join(' ')
}
