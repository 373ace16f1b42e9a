import { ArrowLeft, ArrowLeftRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import type { ImagePosition } from '../canvas/neighbor'
import { type GenerationLookup, useGenerationLookup } from '../generations/useGenerationLookup'
import { useKeys } from '../keys/useKeys'
import styles from './ComparePage.module.css'
import { CompareStage } from './CompareStage'
import { type ComparedPair, compareRoute } from './compareRoute'
import { DifferenceList } from './DifferenceList'
import type { ComparedImage } from './differences'

/** Two images under one split handle, and what differs in their settings. */
export default function ComparePage({ pair }: { pair: ComparedPair }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [leftAt, rightAt] = pair
  const leftLookup = useGenerationLookup(leftAt.id)
  const rightLookup = useGenerationLookup(rightAt.id)
  const left = comparedImage(leftLookup, leftAt)
  const right = comparedImage(rightLookup, rightAt)
  useKeys({ Escape: () => window.history.back() })
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Button icon variant="plain" aria-label={t('image.back')} onClick={() => history.back()}>
          <ArrowLeft size={20} aria-hidden />
        </Button>
        <h1>{t('compare.title')}</h1>
        <Button
          size="small"
          onClick={() => navigate(compareRoute([rightAt, leftAt]), { replace: true })}
        >
          <ArrowLeftRight size={16} aria-hidden />
          {t('compare.swap')}
        </Button>
      </header>
      {left && right ? (
        <div className={styles.body}>
          <CompareStage left={left} right={right} />
          <DifferenceList left={left} right={right} />
        </div>
      ) : (
        <Missing lookups={[leftLookup, rightLookup]} />
      )}
    </div>
  )
}

function comparedImage({ generation }: GenerationLookup, { index }: ImagePosition) {
  const image = generation?.images[index]
  return generation && image ? ({ generation, image } satisfies ComparedImage) : null
}

function Missing({ lookups }: { lookups: readonly GenerationLookup[] }) {
  const { t } = useTranslation()
  const missing = lookups.filter(({ generation }) => generation === undefined)
  if (missing.some((lookup) => lookup.missing === 'loading')) {
    return <Notice text={t('app.loading')} />
  }
  if (missing.some((lookup) => lookup.missing === 'failed')) {
    return (
      <Notice alert text={t('error.network')}>
        <Button
          onClick={() => {
            for (const { refetch } of missing) refetch()
          }}
        >
          {t('app.tryAgain')}
        </Button>
      </Notice>
    )
  }
  return (
    <Notice title={t('image.notFoundTitle')} text={t('image.notFoundText')}>
      <Link href="/">{t('app.home')}</Link>
    </Notice>
  )
}
