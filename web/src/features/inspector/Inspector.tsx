import { useTranslation } from 'react-i18next'
import { useQuery } from 'urql'
import { ModelsDocument } from '../../graphql/generated/operations'
import type { GeneratedImage, Generation } from '../../graphql/store/generation'
import { useCatalogText } from '../../i18n/catalog'
import type { ImagePosition } from '../canvas/neighbor'
import ImageToolbar from '../toolbar/ImageToolbar'
import { FactRow } from './FactRow'
import { factsOf } from './facts'
import styles from './Inspector.module.css'
import { Lineage } from './Lineage'
import { PromptBlock } from './PromptBlock'
import { useCredentials } from './useCredentials'

/** The actions, prompts, parameters and relatives of an image. */
export default function Inspector({
  generation,
  image,
  show,
  leave,
  remove,
}: {
  generation: Generation
  image: GeneratedImage | undefined
  show: (position: ImagePosition) => void
  leave: () => void
  remove: () => void
}) {
  const { t, i18n } = useTranslation()
  const translate = useCatalogText()
  const [{ data }] = useQuery({ query: ModelsDocument })
  const credentials = useCredentials(image?.id)
  const model = data?.models.find((candidate) => candidate.id === generation.model)
  const facts = factsOf(generation, image, model, { t, translate, language: i18n.language })
  const { id, prompt, negativePrompt } = generation
  return (
    <div className={styles.inspector}>
      <ImageToolbar generation={generation} image={image} leave={leave} remove={remove} />
      <PromptBlock key={id} label={t('image.prompt')} text={prompt} use={{ prompt }} />
      {negativePrompt && (
        <PromptBlock
          key={`${id} negative`}
          label={t('image.negativePrompt')}
          text={negativePrompt}
          use={{ negativePrompt }}
        />
      )}
      <dl className={styles.facts}>
        {facts.map((fact) => (
          <FactRow key={fact.label} fact={fact} />
        ))}
        {credentials !== null && (
          <FactRow fact={{ label: t('image.signature'), value: credentials }} />
        )}
      </dl>
      <Lineage generation={generation} show={show} />
    </div>
  )
}
