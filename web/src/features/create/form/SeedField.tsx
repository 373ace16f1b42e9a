import { Dices, Lock, LockOpen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/Button'
import { Field } from '../../../ui/Field'
import { MAX_SEED, mapSeed, randomSeed } from '../../generations/seed'
import styles from './CreateForm.module.css'

/** Return the seed for a typed text. Other programs write −1 for a random seed. */
function seedFor(text: string): number | null {
  return /^\d+$/.test(text) ? mapSeed(text) : null
}

/** The seed input. Larger seeds of other programs are mapped to one that the API accepts. */
export function SeedField({
  seed,
  lastSeed,
  error,
  set,
}: {
  seed: number | null
  /** Seed of the visible draft or of the latest image, which the lock keeps. Null if there is none. */
  lastSeed: number | null
  error: string | undefined
  set: (seed: number | null) => void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const locked = seed !== null
  // Show what was typed for as long as it is the reason for the seed.
  const text = typed !== '' && seedFor(typed) === seed ? typed : String(seed ?? '')
  const isMapped = locked && text !== String(seed) && Number(text) > MAX_SEED
  return (
    <>
      <Field label={t('create.seed')} error={error}>
        {(control) => (
          <div className={styles.seed}>
            <input
              {...control}
              inputMode="numeric"
              placeholder={t('create.seedRandom')}
              value={text}
              onChange={(event) => {
                const next = event.target.value.replace(/[^\d-]|(?<=.)-/g, '')
                setTyped(next)
                set(seedFor(next))
              }}
            />
            <Button icon aria-label={t('create.seedRandomize')} onClick={() => set(randomSeed())}>
              <Dices size={18} aria-hidden />
            </Button>
            <Button
              icon
              aria-label={t('create.seedLock')}
              aria-pressed={locked}
              onClick={() => set(locked ? null : (lastSeed ?? randomSeed()))}
            >
              {locked ? <Lock size={18} aria-hidden /> : <LockOpen size={18} aria-hidden />}
            </Button>
          </div>
        )}
      </Field>
      {isMapped && (
        <p role="status" className={styles.note}>
          {t('create.seedMapped', { max: MAX_SEED, seed })}
        </p>
      )}
    </>
  )
}
