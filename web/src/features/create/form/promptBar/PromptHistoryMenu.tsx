import { History } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../../ui/Button'
import { Menu } from '../../../../ui/overlays/Menu'
import { promptHistory } from './promptHistory'

const MAX_LABEL_LENGTH = 60

function truncate(prompt: string): string {
  const characters = [...prompt]
  return characters.length > MAX_LABEL_LENGTH
    ? `${characters.slice(0, MAX_LABEL_LENGTH).join('')}…`
    : prompt
}

/** The menu of recent prompts. It is loaded when first opened, so it starts open. */
export default function PromptHistoryMenu({ choose }: { choose: (prompt: string) => void }) {
  const { t } = useTranslation()
  // Read again on each opening, because the history is in browser storage and not in React state.
  const [prompts, setPrompts] = useState(promptHistory)
  return (
    <Menu
      defaultOpen
      onOpenChange={(open) => open && setPrompts(promptHistory())}
      trigger={
        <Button variant="plain" size="small" icon aria-label={t('create.promptHistory')}>
          <History size={16} aria-hidden />
        </Button>
      }
      actions={prompts.map((prompt) => ({
        id: prompt,
        label: truncate(prompt),
        run: () => choose(prompt),
      }))}
    />
  )
}
