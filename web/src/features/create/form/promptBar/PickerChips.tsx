import { Box, Dices, Images, Lock, Palette, RectangleHorizontal } from 'lucide-react'
import { type ReactNode, Suspense, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useCatalogText } from '../../../../i18n/catalog'
import { lazyPart } from '../../../../ui/lazyPart'
import { sizeOptions } from '../../../generations/settings'
import { useCreateForm } from '../CreateFormContext'
import { PICKER_OF, PICKERS, type Picker } from '../pickers/pickers'
import { Chip } from './Chip'

const load = () => import('../pickers/PickerPopover')
const PickerPopover = lazyPart(load)

const LABELS = {
  model: 'create.model',
  size: 'create.size',
  style: 'create.style',
  count: 'create.count',
  seed: 'create.seed',
} as const

/** The chips of the settings, each with its picker. */
export default function PickerChips() {
  const { t } = useTranslation()
  const translate = useCatalogText()
  const { model, settings, fieldErrors, openPicker, setOpenPicker } = useCreateForm()
  const { width, height, style, count, seed } = settings
  const size = sizeOptions(model).find((each) => each.width === width && each.height === height)
  const styleName = model.styles.find(({ id }) => id === style)?.name
  const chips: Record<Picker, { icon: ReactNode; value: string; hidden?: boolean }> = {
    model: { icon: <Box size={14} aria-hidden />, value: translate(model.name) },
    size: {
      icon: <RectangleHorizontal size={14} aria-hidden />,
      value: size?.ratio ?? `${width} × ${height}`,
    },
    style: {
      icon: <Palette size={14} aria-hidden />,
      value: styleName === undefined ? t('create.noStyleChip') : translate(styleName),
      hidden: model.styles.length === 0,
    },
    count: {
      icon: <Images size={14} aria-hidden />,
      value: String(count),
      hidden: model.limits.count.max === 1,
    },
    seed: {
      icon: seed === null ? <Dices size={14} aria-hidden /> : <Lock size={14} aria-hidden />,
      value: seed === null ? t('create.seedRandom') : String(seed),
    },
  }
  const buttons = useRef<Partial<Record<Picker, HTMLButtonElement | null>>>({})
  const openChip = useRef<HTMLButtonElement | null>(null)
  openChip.current = openPicker && (buttons.current[openPicker] ?? null)
  return (
    <>
      {PICKERS.filter((picker) => !chips[picker].hidden).map((picker) => (
        <Chip
          key={picker}
          ref={(button) => {
            buttons.current[picker] = button
          }}
          label={t(LABELS[picker])}
          value={chips[picker].value}
          icon={chips[picker].icon}
          open={openPicker === picker}
          invalid={fieldErrors.some(({ field }) => field !== null && PICKER_OF[field] === picker)}
          preload={load}
          toggle={() => setOpenPicker(openPicker === picker ? null : picker)}
        />
      ))}
      {openPicker && (
        <Suspense>
          <PickerPopover
            key={openPicker}
            picker={openPicker}
            label={t(LABELS[openPicker])}
            chip={openChip}
          />
        </Suspense>
      )}
    </>
  )
}
