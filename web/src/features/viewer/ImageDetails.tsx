import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../graphql/generated/operations'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { useCatalogText } from '../../i18n/catalog'
import { formatLocale } from '../../i18n/formatLocale'
import styles from './ImageViewer.module.css'
import { Lineage } from './Lineage'
import { LongText } from './LongText'
import type { ImagePosition } from './neighbor'
import { useCredentials } from './useCredentials'

function durationSeconds({ startedAt, finishedAt }: Generation): string | null {
  if (startedAt == null || finishedAt == null) return null
  return ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1)
}

/** All parameters of the generation, its parent and derived images. */
export function ImageDetails({
  generation,
  image,
  show,
}: {
  generation: Generation
  image: GeneratedImage | undefined
  show: (position: ImagePosition) => void
}) {
  const { t, i18n } = useTranslation()
  const translate = useCatalogText()
  const [{ data }] = useQuery({ query: ModelsDocument })
  const credentials = useCredentials(image?.id)
  const model = data?.models.find((candidate) => candidate.id === generation.model)
  const style = model?.styles.find((candidate) => candidate.id === generation.style)
  const seconds = durationSeconds(generation)
  const numbers = new Intl.NumberFormat(formatLocale(i18n.language))
  const details: [string, ReactNode][] = [
    [t('image.prompt'), <LongText key={generation.id} text={generation.prompt} />],
    [
      t('image.negativePrompt'),
      generation.negativePrompt ? (
        <LongText key={generation.id} text={generation.negativePrompt} />
      ) : null,
    ],
    [t('image.model'), model ? translate(model.name) : generation.model],
    [t('image.style'), style ? translate(style.name) : (generation.style ?? null)],
    [
      t('image.size'),
      `${image?.width ?? generation.width} × ${image?.height ?? generation.height}`,
    ],
    [t('image.steps'), String(generation.steps)],
    [t('image.guidance'), String(generation.guidanceScale)],
    [t('image.seed'), String(image?.seed ?? generation.seed)],
    [
      t('image.created'),
      new Date(generation.createdAt).toLocaleString(formatLocale(i18n.language)),
    ],
    [t('image.duration'), seconds === null ? null : t('image.seconds', { seconds })],
    [
      t('image.file'),
      image ? `${image.contentType}, ${numbers.format(Math.ceil(image.bytes / 1024))} kB` : null,
    ],
    [t('image.signature'), credentials],
    [
      t('image.cost'),
      generation.estimatedCost > 0 ? `$${generation.estimatedCost.toFixed(4)}` : null,
    ],
  ]
  return (
    <>
      <dl className={styles.details}>
        {details.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <Lineage generation={generation} show={show} />
    </>
  )
}
