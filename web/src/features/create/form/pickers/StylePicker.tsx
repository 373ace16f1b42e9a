import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCatalogText } from '../../../../i18n/catalog'
import { RadioTiles } from '../../../../ui/controls/RadioTiles'
import { controlClass } from '../../../../ui/Field'
import { styleTile } from '../../../exampleImages/exampleImages'
import { useCreateForm } from '../CreateFormContext'
import { filterByName } from './filterByName'
import styles from './StylePicker.module.css'
import { TileImage } from './TileImage'

/** With fewer styles, a search is of no use. */
const MIN_STYLES_TO_SEARCH = 6

/** The styles of the model as tiles, with a search by name. */
export function StylePicker() {
  const { t } = useTranslation()
  const translate = useCatalogText()
  const { model, settings, change, errorOf } = useCreateForm()
  const [search, setSearch] = useState('')
  const styleNames = [
    { id: '', name: t('create.noStyle') },
    ...model.styles.map(({ id, name }) => ({ id, name: translate(name) })),
  ]
  const found = filterByName(styleNames, search)
  return (
    <div className={styles.picker}>
      {model.styles.length >= MIN_STYLES_TO_SEARCH && (
        <input
          type="search"
          className={controlClass}
          aria-label={t('create.searchStyles')}
          placeholder={t('create.searchStyles')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <RadioTiles
        label={t('create.style')}
        name="style"
        error={errorOf('style')}
        className={styles.tiles}
        tiles={found.map(({ id, name }) => ({
          value: id,
          label: name,
          content: (
            <span className={styles.tile}>
              <TileImage src={styleTile(id)} name={id === '' ? '—' : name} />
              {name}
            </span>
          ),
        }))}
        value={settings.style ?? ''}
        set={(style) => change({ style: style || null })}
      />
      {found.length === 0 && <p role="status">{t('create.noStyleFound')}</p>}
    </div>
  )
}
