import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  Suspense,
  useState,
} from 'react'
import type { Button } from '../Button'
import { lazyPart } from '../lazyPart'

const load = () => import('./MenuPopup')
const MenuPopup = lazyPart(load)

export interface MenuAction {
  /** Stable and unique in the menu. */
  id: string
  label: string
  icon?: ReactNode
  disabled?: boolean
  danger?: boolean
  /** Draw a line above the action. */
  separated?: boolean
  run: () => void
}

export interface MenuProps {
  trigger: ReactElement<ComponentProps<typeof Button>>
  actions: readonly MenuAction[]
  align?: 'start' | 'center' | 'end'
}

/** A menu of actions beside its button. The code of menus is loaded on hover or focus. */
export function Menu(props: MenuProps) {
  const [opened, setOpened] = useState(false)
  const open = () => setOpened(true)
  const button = cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: load,
    onFocus: load,
    onClick: open,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
      // Do not scroll the page.
      event.preventDefault()
      open()
    },
  })
  if (!opened) return button
  return (
    <Suspense fallback={button}>
      <MenuPopup {...props} />
    </Suspense>
  )
}
