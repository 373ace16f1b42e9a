import { History } from 'lucide-react'
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

/** The menu of recent prompts. Hidden while there are none. */
export function PromptHistory({ choose }: { choose: (prompt: string) => void }) {
  const { t } = useTranslation()
  const prompts = promptHistory()
  if (prompts.length === 0) return null
  return (
    <Menu
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
