import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import type { MaskEditor } from '../mask/maskEditor'
import type { Rect } from '../mask/rect'
import type { EditSource } from '../source/editSource'
import type { ToolStore } from '../tools/toolStore'
import type { BeforeImage } from './beforeImage'
import { Brush } from './brush'
import styles from './EditStage.module.css'
import { KeyboardBrush } from './keyboardBrush'
import { PointerInput } from './pointerInput'
import { StageView } from './stageView'

/** What keys and buttons outside the stage do with it. */
export interface StageControls {
  fit(): void
  zoom(factor: number): void
  /** While true, dragging moves the image. */
  setPanning(isPanning: boolean): void
  /** Abandon the stroke that is being painted. Returns false if there is none. */
  cancelStroke(): boolean
}

/** The source with its mask. It zooms and moves, and the mask is painted on it. */
export function EditStage({
  source,
  editor,
  tools,
  paints,
  content,
  before,
  controls,
  refreshLinks,
  children,
}: {
  source: EditSource
  editor: MaskEditor
  tools: ToolStore
  /** Whether the mask is shown and painted. Otherwise, dragging moves the image. */
  paints: boolean
  /** The rectangle that the stage fits, in pixels of the image. Null leaves it as it is. */
  content: Rect | null
  /** What is shown instead of the mask while images are compared. */
  before: BeforeImage | null
  controls: RefObject<StageControls | null>
  /** Called if the image fails to load. */
  refreshLinks: () => void
  children?: ReactNode
}) {
  const { t } = useTranslation()
  const stage = useRef<HTMLDivElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const lasso = useRef<SVGPolygonElement>(null)
  const parts = useRef<{ view: StageView; brush: Brush; input: PointerInput } | null>(null)
  const keyboard = useRef<KeyboardBrush | null>(null)
  const canPaint = useRef(paints)
  // Keep the loaded URL when the links are refreshed.
  const [loadedUrl, setLoadedUrl] = useState<string | null>(null)

  useEffect(() => {
    if (!stage.current || !overlay.current || !lasso.current) return
    const elements = { stage: stage.current, overlay: overlay.current, lasso: lasso.current }
    const view = new StageView(elements, editor, tools)
    const brush = new Brush(editor, tools, view)
    const input = new PointerInput(view, brush, () => canPaint.current)
    parts.current = { view, brush, input }
    keyboard.current = new KeyboardBrush(view, brush, editor)
    const stopDirty = editor.onDirty(view.schedule)
    const stopTools = tools.subscribe(view.schedule)
    return () => {
      stopDirty()
      stopTools()
      input.close()
      view.close()
    }
  }, [editor, tools])

  useEffect(() => {
    canPaint.current = paints
    if (!paints) parts.current?.brush.cancel()
    parts.current?.view.setCursor(null)
    parts.current?.input.setSpace(false)
  }, [paints])

  useEffect(() => {
    if (content) parts.current?.view.viewport.show(content)
    parts.current?.view.redraw()
  }, [content])

  useImperativeHandle(controls, () => {
    const change = (use: (view: StageView) => void) => {
      if (!parts.current) return
      use(parts.current.view)
      parts.current.view.redraw()
    }
    return {
      fit: () => change(({ viewport }) => viewport.fit()),
      zoom: (factor) => change(({ viewport }) => viewport.zoom(factor)),
      setPanning: (isPanning) => parts.current?.input.setSpace(isPanning),
      cancelStroke: () => {
        const isDown = parts.current?.brush.isDown ?? false
        if (isDown) parts.current?.brush.cancel()
        return isDown
      },
    }
  }, [])

  const { width, height } = source
  const url = loadedUrl ?? source.url
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return
    const handled = paints
      ? keyboard.current?.handle(event.nativeEvent)
      : parts.current?.view.panByKey(event.key)
    if (handled) event.preventDefault()
  }
  const onLoadError = () => {
    setLoadedUrl(null)
    refreshLinks()
  }
  return (
    <div
      ref={stage}
      className={styles.stage}
      // The arrow keys and Enter paint. A screen reader must pass them on.
      role="application"
      aria-label={t(paints ? 'edit.stagePaints' : 'edit.stage')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys paint on it.
      tabIndex={0}
      data-masked={paints}
      data-before={before !== null}
      onFocus={(event) => {
        if (paints && event.target.matches(':focus-visible')) keyboard.current?.show()
      }}
      onBlur={() => parts.current?.view.setCursor(null)}
      onKeyDown={onKeyDown}
    >
      <div className={styles.image} style={{ width, height }}>
        <img
          src={url}
          alt={t('edit.source')}
          width={width}
          height={height}
          onLoad={() => setLoadedUrl(url)}
          onError={onLoadError}
        />
        {before?.url && <img src={before.url} alt={t('edit.before')} style={before.place} />}
      </div>
      <canvas ref={overlay} className={styles.overlay} />
      <svg className={styles.lasso} aria-hidden="true">
        <polygon ref={lasso} />
      </svg>
      <div className={styles.cursor} />
      {children}
    </div>
  )
}
