import { History } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../../ui/Button'
import { lazyPart } from '../../../../ui/lazyPart'
import { promptHistory } from './promptHistory'

const load = () => import('./PromptHistoryMenu')
const PromptHistoryMenu = lazyPart(load)

/** The button that opens the recent prompts. Hidden while there are none. */
export function PromptHistory({ choose }: { choose: (prompt: string) => void }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  if (promptHistory().length === 0) return null
  const button = (
    <Button
      variant="plain"
      size="small"
      icon
      aria-label={t('create.promptHistory')}
      onPointerEnter={load}
      onFocus={load}
      onClick={() => setOpened(true)}
    >
      <History size={16} aria-hidden />
    </Button>
  )
  if (!opened) return button
  return (
    <Suspense fallback={button}>
      <PromptHistoryMenu choose={choose} />
    </Suspense>
  )
}
