import { ArrowLeftRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../../ui/Button'
import { NumberField } from '../../../../ui/controls/NumberField'
import { RadioTiles } from '../../../../ui/controls/RadioTiles'
import { fitSize, sizeOptions, snapToRange } from '../../../generations/settings'
import { useCreateForm } from '../CreateFormContext'
import styles from './SizeControl.module.css'

/** The longer side of a shape in pixels. */
const SHAPE = 30

/** Common aspect ratios as shapes, and the exact width and height. */
export function SizeControl() {
  const { t } = useTranslation()
  const { model, settings, change, errorOf } = useCreateForm()
  const { width, height } = settings
  const { limits } = model
  const sizes = sizeOptions(model)
  const selected = sizes.find((size) => size.width === width && size.height === height)
  const tooLarge =
    limits.maxPixels != null && width * height > limits.maxPixels
      ? t('create.tooManyPixels', { pixels: limits.maxPixels })
      : undefined
  return (
    <div className={styles.size}>
      <RadioTiles
        label={t('create.size')}
        tiles={sizes.map((size) => ({
          value: size.ratio,
          label: t('create.sizeOption', { ...size }),
          content: <Shape {...size} />,
        }))}
        value={selected?.ratio ?? null}
        set={(ratio) => {
          const size = sizes.find((each) => each.ratio === ratio)
          if (size) change({ width: size.width, height: size.height })
        }}
      />
      <div className={styles.sides}>
        <NumberField
          label={t('create.width')}
          name="width"
          value={width}
          range={limits.width}
          error={errorOf('width') ?? tooLarge}
          set={(next) => change({ width: snapToRange(next, limits.width) })}
        />
        <Button
          icon
          className={styles.swap}
          aria-label={t('create.swapSides')}
          disabled={width === height}
          onClick={() => change(fitSize(model, { width: height, height: width }))}
        >
          <ArrowLeftRight size={16} aria-hidden />
        </Button>
        <NumberField
          label={t('create.height')}
          name="height"
          value={height}
          range={limits.height}
          error={errorOf('height')}
          set={(next) => change({ height: snapToRange(next, limits.height) })}
        />
      </div>
    </div>
  )
}

function Shape({ ratio, width, height }: { ratio: string; width: number; height: number }) {
  const scale = SHAPE / Math.max(width, height)
  return (
    <span className={styles.tile}>
      <span
        className={styles.shape}
        style={{ width: Math.round(width * scale), height: Math.round(height * scale) }}
      />
      {ratio}
    </span>
  )
}
