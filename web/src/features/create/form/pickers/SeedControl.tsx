import { Lock, LockOpen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../../ui/Button'
import { Field } from '../../../../ui/Field'
import { MAX_SEED, mapSeed, randomSeed } from '../../../generations/seed'
import { useCreateForm } from '../CreateFormContext'
import styles from './SeedControl.module.css'

/** Return the seed for a typed text. Other programs write −1 for a random seed. */
function seedFor(text: string): number | null {
  return /^\d+$/.test(text) ? mapSeed(text) : null
}

/** The seed: random, or a number. Larger seeds of other programs are mapped to an accepted one. */
export function SeedControl() {
  const { t } = useTranslation()
  const { settings, change, lastSeed, errorOf } = useCreateForm()
  const { seed } = settings
  const [typed, setTyped] = useState('')
  const locked = seed !== null
  // Show what was typed for as long as it is the reason for the seed.
  const text = typed !== '' && seedFor(typed) === seed ? typed : String(seed ?? '')
  const isMapped = locked && text !== String(seed) && Number(text) > MAX_SEED
  const set = (next: number | null, nextText = '') => {
    setTyped(nextText)
    change({ seed: next })
  }
  return (
    <Field
      label={t('create.seed')}
      name="seed"
      error={errorOf('seed')}
      description={
        isMapped && <span role="status">{t('create.seedMapped', { max: MAX_SEED, seed })}</span>
      }
    >
      {(control) => (
        <div className={styles.seed}>
          <Button aria-pressed={!locked} onClick={() => set(null)}>
            {t('create.seedRandom')}
          </Button>
          <input
            {...control}
            inputMode="numeric"
            placeholder={t('create.seedNumber')}
            value={text}
            onChange={(event) => {
              const next = event.target.value.replace(/[^\d-]|(?<=.)-/g, '')
              set(seedFor(next), next)
            }}
          />
          <Button
            icon
            aria-label={t('create.seedLock')}
            aria-pressed={locked}
            onClick={() => set(locked ? null : (lastSeed ?? randomSeed()))}
          >
            {locked ? <Lock size={16} aria-hidden /> : <LockOpen size={16} aria-hidden />}
          </Button>
        </div>
      )}
    </Field>
  )
}
