import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Switch } from '../../../ui/controls/Switch'
import {
  NOTIFICATIONS_SUPPORTED,
  notificationsEnabled,
  setNotificationsEnabled,
} from './notifications'

export function NotifySwitch() {
  const { t } = useTranslation()
  const [enabled, setEnabled] = useState(notificationsEnabled)
  if (!NOTIFICATIONS_SUPPORTED) return null
  const toggle = async (next: boolean) => setEnabled(await setNotificationsEnabled(next))
  return <Switch label={t('create.notify')} checked={enabled} set={toggle} />
}
