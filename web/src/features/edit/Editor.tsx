import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Model } from '../../graphql/store/generation'
import { Notice } from '../../ui/Notice'
import { beforeOf } from './canvas/beforeImage'
import { EditStage, type StageControls } from './canvas/EditStage'
import styles from './EditPage.module.css'
import { MaskEditor } from './mask/maskEditor'
import { useStoredMask } from './mask/useStoredMask'
import { NO_MARGINS } from './outpaint/margins'
import { OutpaintHandles } from './outpaint/OutpaintHandles'
import { EditPanel } from './panel/EditPanel'
import { useEditForm } from './panel/useEditForm'
import { useEditSubmit } from './panel/useEditSubmit'
import type { EditSource } from './source/editSource'
import { ToolBar } from './tools/ToolBar'
import { ToolStore } from './tools/toolStore'
import { useEditKeys } from './tools/useEditKeys'

/** Free space for the handles around an image that can be extended, as part of its sides. */
const HANDLE_SPACE = 0.15

/** The edit mode of one source. The caller sets the source's key as the key. */
export function Editor({
  source,
  models,
  close,
  refreshLinks,
}: {
  source: EditSource
  models: readonly Model[]
  close: () => void
  refreshLinks: () => void
}) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [editor] = useState(() => new MaskEditor(source.width, source.height))
  const [tools] = useState(() => new ToolStore())
  const [comparing, compare] = useState(false)
  const [isDragging, setDragging] = useState(false)
  const controls = useRef<StageControls>(null)
  const { fitted, change } = useEditForm(models, source)
  const submission = useEditSubmit(source, editor, ({ id }) => navigate(`/image/${id}/0`))
  useStoredMask(source.key, editor)

  const { width, height } = source
  const isExtended = fitted?.form.operation === 'OUTPAINT'
  const margins = isExtended ? fitted.form.outpaint : NO_MARGINS
  const content = useMemo(() => {
    // The image must not move under the pointer that drags a handle.
    if (isDragging) return null
    const space = isExtended ? HANDLE_SPACE * Math.max(width, height) : 0
    return {
      left: -margins.left - space,
      top: -margins.top - space,
      right: width + margins.right + space,
      bottom: height + margins.bottom + space,
    }
  }, [isDragging, isExtended, margins, width, height])

  const paints = fitted?.form.operation === 'INPAINT'
  useEditKeys({
    editor,
    tools,
    controls,
    paints: paints && !comparing,
    compare,
    submit: () => fitted && void submission.submit(fitted.form, fitted.model),
    close,
  })
  if (fitted === null) {
    return <Notice title={t('edit.noModelTitle')} text={t('edit.noModelText')} />
  }
  const { form, model } = fitted
  return (
    <div className={styles.editor}>
      <ToolBar
        editor={editor}
        tools={tools}
        paints={paints}
        comparing={comparing}
        compare={compare}
        fit={() => controls.current?.fit()}
      />
      <EditStage
        source={source}
        editor={editor}
        tools={tools}
        paints={paints}
        content={content}
        before={comparing ? beforeOf(source) : null}
        controls={controls}
        refreshLinks={refreshLinks}
      >
        {isExtended && !comparing && (
          <OutpaintHandles
            model={model}
            source={source}
            margins={form.outpaint}
            change={(outpaint) => change({ outpaint })}
            setDragging={setDragging}
          />
        )}
      </EditStage>
      <EditPanel
        source={source}
        models={models}
        form={form}
        model={model}
        change={change}
        submission={submission}
      />
    </div>
  )
}
