import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button'
import styles from './Inspector.module.css'

/** A text of which six lines are shown, and the rest on demand. */
export function LongText({ text }: { text: string }) {
  const { t } = useTranslation()
  const element = useRef<HTMLSpanElement>(null)
  const [isLong, setIsLong] = useState(false)
  const [open, setOpen] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height depends on the text.
  useLayoutEffect(() => {
    const { clientHeight = 0, scrollHeight = 0 } = element.current ?? {}
    if (!open) setIsLong(scrollHeight > clientHeight)
  }, [text, open])
  return (
    <>
      <span ref={element} className={styles.text} data-clamped={!open}>
        {text}
      </span>
      {isLong && (
        <Button size="small" variant="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'image.showLess' : 'image.showMore')}
        </Button>
      )}
    </>
  )
}
