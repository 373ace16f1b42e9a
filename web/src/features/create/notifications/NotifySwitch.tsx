import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Switch } from '../../../ui/Field'
import { CAN_NOTIFY, chooseNotifications, wantsNotifications } from './notifications'

export function NotifySwitch() {
  const { t } = useTranslation()
  const [on, setOn] = useState(wantsNotifications)
  if (!CAN_NOTIFY) return null
  const choose = async (wanted: boolean) => setOn(await chooseNotifications(wanted))
  return <Switch label={t('create.notify')} checked={on} set={choose} />
}
