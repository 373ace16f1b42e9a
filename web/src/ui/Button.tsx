import type { ComponentProps } from 'react'
import styles from './Button.module.css'

interface Looks {
  look?: 'accent' | 'danger' | 'plain' | undefined
  size?: 'small' | undefined
  /** Shows an icon only; then `aria-label` names it. */
  icon?: boolean | undefined
}

export function buttonClass({ look, size, icon }: Looks, more?: string): string {
  return [styles.button, look && styles[look], size && styles.small, icon && styles.icon, more]
    .filter(Boolean)
    .join(' ')
}

export function Button({ look, size, icon, className, ...rest }: ComponentProps<'button'> & Looks) {
  return <button type="button" className={buttonClass({ look, size, icon }, className)} {...rest} />
}
