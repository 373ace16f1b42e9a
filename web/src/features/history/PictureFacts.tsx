import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../graphql/generated/operations'
import type { Generation, Picture } from '../../graphql/generation'
import { useCatalogueText } from '../../i18n/catalogue'
import { Lineage } from './Lineage'
import styles from './PictureView.module.css'
import type { Place } from './trail'

function secondsTaken({ startedAt, finishedAt }: Generation): string | null {
  if (startedAt == null || finishedAt == null) return null
  return ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1)
}

/** Every parameter, where the picture came from and what was made of it. */
export function PictureFacts({
  generation,
  image,
  show,
}: {
  generation: Generation
  image: Picture | undefined
  show: (place: Place) => void
}) {
  const { t, i18n } = useTranslation()
  const translated = useCatalogueText()
  const [{ data }] = useQuery({ query: ModelsDocument })
  const model = data?.models.find((candidate) => candidate.id === generation.model)
  const style = model?.styles.find((candidate) => candidate.id === generation.style)
  const seconds = secondsTaken(generation)
  const numbers = new Intl.NumberFormat(i18n.language)
  const facts: [string, string | null][] = [
    [t('picture.prompt'), generation.prompt],
    [t('picture.negativePrompt'), generation.negativePrompt || null],
    [t('picture.model'), model ? translated(model.name) : generation.model],
    [t('picture.style'), style ? translated(style.name) : (generation.style ?? null)],
    [
      t('picture.size'),
      `${image?.width ?? generation.width} × ${image?.height ?? generation.height}`,
    ],
    [t('picture.steps'), String(generation.steps)],
    [t('picture.guidance'), String(generation.guidanceScale)],
    [t('picture.seed'), String(image?.seed ?? generation.seed)],
    [t('picture.created'), new Date(generation.createdAt).toLocaleString(i18n.language)],
    [t('picture.took'), seconds === null ? null : t('picture.seconds', { seconds })],
    [
      t('picture.bytes'),
      image ? `${image.contentType}, ${numbers.format(Math.ceil(image.bytes / 1024))} kB` : null,
    ],
    [
      t('picture.cost'),
      generation.estimatedCost > 0 ? `$${generation.estimatedCost.toFixed(4)}` : null,
    ],
  ]
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(
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
