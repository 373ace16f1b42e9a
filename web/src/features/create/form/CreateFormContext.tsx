import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import { type Settings, toGenerateInput } from '../../generations/settings'
import { useLatestSeed } from '../../generations/useLatestSeed'
import { type GridRequest, useGridRequest } from '../../grids/preview/useGridRequest'
import { type LiveDraft, useLiveDraft } from '../liveDraft/useLiveDraft'
import { errorFor, type FieldError, type FieldName, toFieldErrors } from './fieldErrors'
import { PICKER_OF, type Picker } from './pickers/pickers'
import { addToPromptHistory } from './promptBar/promptHistory'
import { revealField } from './revealField'
import { useImportUndo } from './useImportUndo'
import { type SettingsForm, useSettings } from './useSettings'

export interface CreateForm extends SettingsForm {
  models: readonly [Model, ...Model[]]
  liveDraft: LiveDraft
  /** What the prompt expands to. */
  grid: GridRequest
  /** Seed of the visible draft or of the latest image. Null if there is none. */
  lastSeed: number | null
  canSubmit: boolean
  /** Text of the Create button while a request is sent. */
  sending: 'create.sending' | 'create.resending' | null
  /** Number of requests accepted since the page was opened. */
  acceptedCount: number
  fieldErrors: readonly FieldError[]
  errorOf(field: FieldName): string | undefined
  /** The picker that is open. */
  openPicker: Picker | null
  setOpenPicker(picker: Picker | null): void
  submit(): Promise<void>
}

const CreateFormContext = createContext<CreateForm | null>(null)

export function useCreateForm(): CreateForm {
  const form = useContext(CreateFormContext)
  if (form === null) throw new Error('useCreateForm must be used inside CreateFormProvider.')
  return form
}

/** The state that the prompt bar, the pickers and the controls panel share. */
export function CreateFormProvider({
  models,
  openControls = () => {},
  children,
}: {
  models: readonly [Model, ...Model[]]
  /** Show the controls panel. Called if a field in it was refused and the panel is hidden. */
  openControls?: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  const { outbox } = useStudio()
  const latestSeed = useLatestSeed()
  const settingsForm = useSettings(models)
  const { settings, model } = settingsForm
  const grid = useGridRequest(settings, model)
  const liveDraft = useLiveDraft({ ...settings, prompt: grid.firstPrompt }, model)
  const [sending, setSending] = useState<CreateForm['sending']>(null)
  const [fieldErrors, setFieldErrors] = useState<FieldError[]>([])
  const [acceptedCount, setAcceptedCount] = useState(0)
  const [openPicker, setOpenPicker] = useState<Picker | null>(null)
  // A new object for each refusal, also if it names the same field again.
  const [refused, setRefused] = useState<{ field: FieldName | null } | null>(null)
  const reveal = useRef(openControls)
  reveal.current = openControls
  useImportUndo()

  useEffect(() => {
    if (refused === null || refused.field === null) return
    const { field } = refused
    return revealField(field, () => {
      const picker = PICKER_OF[field]
      if (picker) setOpenPicker(picker)
      else reveal.current()
    })
  }, [refused])

  const canSubmit = settings.prompt.trim() !== '' && sending === null && grid.refusals.length === 0
  const submit = async () => {
    if (!canSubmit) return
    setSending('create.sending')
    setFieldErrors([])
    addToPromptHistory(settings.prompt.trim())
    if (grid.isGrid) return grid.send(liveDraft.seed).finally(() => setSending(null))
    // Reuse the seed of the visible draft, so that the result matches it.
    const seed = settings.seed ?? liveDraft.seed
    const request = { ...settings, prompt: grid.firstPrompt, seed }
    const outcome = await outbox.submit(toGenerateInput(request), () =>
      setSending('create.resending'),
    )
    setSending(null)
    const errors = toFieldErrors(outcome, t)
    setFieldErrors(errors)
    if (outcome.kind !== 'accepted') {
      return setRefused({ field: errors.find(({ field }) => field !== null)?.field ?? null })
    }
    setAcceptedCount((count) => count + 1)
    liveDraft.onSubmitted()
  }

  const form: CreateForm = {
    ...settingsForm,
    models,
    change: (changed: Partial<Settings>) => {
      setFieldErrors(fieldErrors.filter(({ field }) => field === null || !(field in changed)))
      settingsForm.change(changed)
    },
    chooseModel: (id) => {
      setFieldErrors(fieldErrors.filter(({ field }) => field !== 'model'))
      settingsForm.chooseModel(id)
    },
    liveDraft,
    grid,
    lastSeed: liveDraft.seed ?? latestSeed,
    canSubmit,
    sending,
    acceptedCount,
    fieldErrors,
    errorOf: (field) => errorFor(fieldErrors, field),
    openPicker,
    setOpenPicker,
    submit,
  }
  return <CreateFormContext value={form}>{children}</CreateFormContext>
}
