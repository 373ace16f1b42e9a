import { useTranslation } from 'react-i18next'
import type { Model } from '../../../../graphql/store/generation'
import { useCatalogText } from '../../../../i18n/catalog'
import { formatLocale } from '../../../../i18n/formatLocale'
import { formatPrice } from '../../../../i18n/formatPrice'
import { RadioTiles } from '../../../../ui/controls/RadioTiles'
import { useCreateForm } from '../CreateFormContext'
import styles from './ModelPicker.module.css'
import { TileImage } from './TileImage'

/** Commands to copy. They are not translated. */
const FOLDER_COMMAND = 'genai-studio up --model-dir ./stable-diffusion-2-1-base'
const ENDPOINT_COMMAND = 'AWS_SM_EP=my-endpoint AWS_REGION=us-east-1 genai-studio up'

const SPEEDS = { FAST: 'create.speedFast', STANDARD: 'create.speedStandard' } as const

/** The models as cards with speed, price and description. */
export function ModelPicker() {
  const { t } = useTranslation()
  const translate = useCatalogText()
  const { models, model, chooseModel, errorOf } = useCreateForm()
  return (
    <div className={styles.picker}>
      <RadioTiles
        label={t('create.model')}
        name="model"
        error={errorOf('model')}
        className={styles.cards}
        tiles={models.map((each) => ({
          value: each.id,
          label: translate(each.name),
          content: <ModelCard model={each} />,
        }))}
        value={model.id}
        set={chooseModel}
      />
      {model.demonstration && (
        <details className={styles.ownModel}>
          <summary>{t('create.ownModel')}</summary>
          <p>{t('create.ownModelFolder')}</p>
          <code>{FOLDER_COMMAND}</code>
          <p>{t('create.ownModelEndpoint')}</p>
          <code>{ENDPOINT_COMMAND}</code>
        </details>
      )}
    </div>
  )
}

function ModelCard({ model }: { model: Model }) {
  const { t, i18n } = useTranslation()
  const translate = useCatalogText()
  const price = model.pricePerImage
  return (
    <span className={styles.card}>
      <span className={styles.thumbnail}>
        <TileImage src={undefined} name={translate(model.name)} />
      </span>
      <span className={styles.text}>
        <span className={styles.name}>{translate(model.name)}</span>
        <span className={styles.facts}>
          {[
            t(SPEEDS[model.speed]),
            price > 0
              ? t('create.pricePerImage', {
                  price: formatPrice(price, formatLocale(i18n.language)),
                })
              : t('create.free'),
          ].join(' · ')}
        </span>
        <span className={styles.facts}>{translate(model.description)}</span>
      </span>
    </span>
  )
}
