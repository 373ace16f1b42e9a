import type { ComponentProps } from 'react'
import styles from './Button.module.css'

interface ButtonStyle {
  variant?: 'primary' | 'danger' | 'plain' | undefined
  size?: 'small' | undefined
  /** The button has an icon only. Set `aria-label` too. */
  icon?: boolean | undefined
}

export function buttonClass({ variant, size, icon }: ButtonStyle, className?: string): string {
  return [
    styles.button,
    variant && styles[variant],
    size && styles.small,
    icon && styles.icon,
    className,
  ]
    .filter(Boolean)
    .join(' ')
}

export function Button({
  variant,
  size,
  icon,
  className,
  ...rest
}: ComponentProps<'button'> & ButtonStyle) {
  return (
    <button
      type="button"
      className={buttonClass({ variant, size, icon }, className)}
      // `TooltipLayer` shows the label of an icon.
      data-tooltip={icon ? rest['aria-label'] : undefined}
      {...rest}
    />
  )
}
