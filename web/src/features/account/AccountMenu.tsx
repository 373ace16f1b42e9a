import { CircleUser } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import { lazyPart } from '../../ui/lazyPart'

const load = () => import('./AccountPopover')
const AccountPopover = lazyPart(load)

/** The account button. The menu's code is loaded on hover or focus. */
export function AccountMenu(props: { version: string; signOut: () => Promise<void> }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const button = (
    <Button
      variant="plain"
      icon
      aria-label={t('app.account')}
      onPointerEnter={load}
      onFocus={load}
      onClick={() => setOpened(true)}
    >
      <CircleUser size={20} aria-hidden />
    </Button>
  )
  if (!opened) return button
  return (
    <Suspense fallback={button}>
      <AccountPopover {...props} />
    </Suspense>
  )
}
