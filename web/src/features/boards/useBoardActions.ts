import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../../studio/StudioContext'
import { createBoardActions } from './boardActions'

/** Return the actions on boards. */
export function useBoardActions() {
  const studio = useStudio()
  const { t } = useTranslation()
  return useMemo(() => createBoardActions(studio, t), [studio, t])
}
