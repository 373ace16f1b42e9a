import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Segmented } from '../../../ui/Segmented'
import { readPersonal, writePersonal } from '../../account/personalStorage'

const NAME = 'row-height'

/** Row heights of the grid in pixels. */
const ROW_HEIGHTS = { small: 120, medium: 180, large: 260 } as const
const SIZES = [
  [ROW_HEIGHTS.small, 'history.small'],
  [ROW_HEIGHTS.medium, 'history.medium'],
  [ROW_HEIGHTS.large, 'history.large'],
] as const

export type RowHeight = (typeof ROW_HEIGHTS)[keyof typeof ROW_HEIGHTS]

/** The row height that the user chose last. */
export function useRowHeight(): [RowHeight, (rowHeight: RowHeight) => void] {
  const [rowHeight, setRowHeight] = useState<RowHeight>(() => {
    const stored = readPersonal(NAME)
    return Object.values(ROW_HEIGHTS).find((each) => each === stored) ?? ROW_HEIGHTS.medium
  })
  return [
    rowHeight,
    (next) => {
      writePersonal(NAME, next)
      setRowHeight(next)
    },
  ]
}

export function RowHeightControl({
  rowHeight,
  set,
}: {
  rowHeight: RowHeight
  set: (rowHeight: RowHeight) => void
}) {
  const { t } = useTranslation()
  return (
    <Segmented
      label={t('history.imageSize')}
      options={SIZES.map(([size, label]) => ({ value: size, label: t(label) }))}
      value={rowHeight}
      set={set}
    />
  )
}
