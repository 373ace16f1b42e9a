import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Generation, Model } from '../../../graphql/store/generation'
import { useStudio } from '../../../studio/StudioContext'
import type { Outcome } from '../../generations/outbox'
import type { MaskEditor } from '../mask/maskEditor'
import { encodeMask } from '../mask/maskFile'
import type { EditSource } from '../source/editSource'
import { Uploader } from '../upload/uploader'
import {
  type EditError,
  expiredUploads,
  missingError,
  submitErrors,
  uploadErrors,
} from './editErrors'
import { type EditForm, missingIn, type SourceIds, toEditInput } from './editForm'

export type SendingStep = 'edit.uploading' | 'create.sending' | 'create.resending'

/** Thrown to leave the submission with messages. */
class NotSent extends Error {
  readonly errors: EditError[]

  constructor(errors: EditError[]) {
    super('The request was not sent.')
    this.errors = errors
  }
}

export interface EditSubmit {
  step: SendingStep | null
  errors: readonly EditError[]
  clearErrors(changed: Partial<EditForm>): void
  submit(form: EditForm, model: Model): Promise<void>
}

/** Upload source and mask where needed, and submit the edit through the outbox. */
export function useEditSubmit(
  source: EditSource,
  editor: MaskEditor,
  accepted: (generation: Generation) => void,
): EditSubmit {
  const { t } = useTranslation()
  const { client, outbox } = useStudio()
  const [uploader] = useState(() => new Uploader(client))
  const [step, setStep] = useState<SendingStep | null>(null)
  const [errors, setErrors] = useState<readonly EditError[]>([])
  const isSending = useRef(false)

  const upload = async (file: Blob, field: 'source' | 'mask'): Promise<string> => {
    setStep('edit.uploading')
    const outcome = await uploader.upload(file)
    if (outcome.kind !== 'uploaded') throw new NotSent(uploadErrors(outcome, field, t))
    return outcome.id
  }

  const send = async (form: EditForm, model: Model): Promise<Outcome> => {
    const ids: SourceIds =
      source.kind === 'image'
        ? { sourceImageId: source.image.id }
        : { sourceUploadId: await upload(source.file, 'source') }
    const masked = form.operation === 'INPAINT'
    const maskId = masked ? await upload(await encodeMask(editor.bitmap), 'mask') : null
    setStep('create.sending')
    const input = toEditInput(form, model, ids, maskId)
    const outcome = await outbox.submit(input, () => setStep('create.resending'))
    const expired = expiredUploads(outcome)
    if (expired.has('mask') && maskId !== null) uploader.forget(maskId)
    if (expired.has('source') && 'sourceUploadId' in ids) uploader.forget(ids.sourceUploadId)
    return outcome
  }

  const deliver = async (form: EditForm, model: Model): Promise<void> => {
    const missing = missingIn(form, editor.state().isEmpty)
    if (missing) throw new NotSent([missingError(missing, t)])
    let outcome = await send(form, model)
    // An upload that expired is uploaded again, once.
    if (expiredUploads(outcome).size > 0) outcome = await send(form, model)
    if (outcome.kind !== 'accepted') throw new NotSent(submitErrors(outcome, t))
    accepted(outcome.generation)
  }

  const submit = async (form: EditForm, model: Model): Promise<void> => {
    if (isSending.current) return
    isSending.current = true
    setErrors([])
    try {
      await deliver(form, model)
    } catch (error) {
      if (!(error instanceof NotSent)) throw error
      setErrors(error.errors)
    } finally {
      isSending.current = false
      setStep(null)
    }
  }

  return {
    step,
    errors,
    clearErrors: (changed) =>
      setErrors((current) => current.filter(({ field }) => field === null || !(field in changed))),
    submit,
  }
}
