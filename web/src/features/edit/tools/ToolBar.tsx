import { Slider } from '@base-ui/react/slider'
import {
  Brush,
  Contrast,
  Eraser,
  Lasso,
  type LucideIcon,
  Maximize,
  Redo2,
  SquareDashed,
  SquareSplitHorizontal,
  Undo2,
} from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/Button'
import type { MaskEditor } from '../mask/maskEditor'
import styles from './ToolBar.module.css'
import { MAX_SIZE, MIN_SIZE, type Tool, type ToolStore } from './toolStore'

const TOOLS: readonly { tool: Tool; key: string; Icon: LucideIcon }[] = [
  { tool: 'brush', key: 'B', Icon: Brush },
  { tool: 'eraser', key: 'E', Icon: Eraser },
  { tool: 'lasso', key: 'L', Icon: Lasso },
]

/** The tools of the mask, undo, and the view. */
export function ToolBar({
  editor,
  tools,
  paints,
  comparing,
  compare,
  fit,
}: {
  editor: MaskEditor
  tools: ToolStore
  /** Whether the mask can be painted. */
  paints: boolean
  comparing: boolean
  compare: (comparing: boolean) => void
  fit: () => void
}) {
  const { t } = useTranslation()
  const state = useSyncExternalStore(editor.onState, editor.state)
  const { tool, size } = useSyncExternalStore(tools.subscribe, tools.get)
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('edit.tools')}>
      {paints && (
        <>
          <div className={styles.group}>
            {TOOLS.map(({ tool: each, key, Icon }) => (
              <ToolButton
                key={each}
                label={t(`edit.tool.${each}`)}
                shortcut={key}
                Icon={Icon}
                pressed={tool === each}
                onClick={() => tools.choose(each)}
              />
            ))}
            <SizeSlider
              size={size}
              disabled={tool === 'lasso'}
              set={(next) => tools.resize(next)}
            />
          </div>
          <div className={styles.group}>
            <ToolButton
              label={t('edit.invert')}
              shortcut="I"
              Icon={Contrast}
              onClick={() => editor.invert()}
            />
            <ToolButton
              label={t('edit.clear')}
              shortcut="Delete"
              Icon={SquareDashed}
              disabled={state.isEmpty}
              onClick={() => editor.clear()}
            />
            <ToolButton
              label={t('app.undo')}
              shortcut="Ctrl Z"
              Icon={Undo2}
              disabled={!state.canUndo}
              onClick={() => editor.undo()}
            />
            <ToolButton
              label={t('edit.redo')}
              shortcut="Ctrl Shift Z"
              Icon={Redo2}
              disabled={!state.canRedo}
              onClick={() => editor.redo()}
            />
          </div>
        </>
      )}
      <div className={styles.group}>
        <ToolButton label={t('edit.fit')} shortcut="0" Icon={Maximize} onClick={fit} />
        <ToolButton
          label={t('edit.before')}
          shortcut="\"
          Icon={SquareSplitHorizontal}
          pressed={comparing}
          onClick={() => compare(!comparing)}
        />
      </div>
    </div>
  )
}

function SizeSlider({
  size,
  disabled,
  set,
}: {
  size: number
  disabled: boolean
  set: (size: number) => void
}) {
  const { t } = useTranslation()
  return (
    <Slider.Root
      className={styles.size}
      value={size}
      min={MIN_SIZE}
      max={MAX_SIZE}
      disabled={disabled}
      onValueChange={set}
    >
      <Slider.Control className={styles.control}>
        <Slider.Track className={styles.track}>
          <Slider.Indicator className={styles.indicator} />
          <Slider.Thumb className={styles.thumb} aria-label={t('edit.size')} />
        </Slider.Track>
      </Slider.Control>
      <Slider.Value className={styles.value}>
        {() => t('edit.pixels', { pixels: size })}
      </Slider.Value>
    </Slider.Root>
  )
}

function ToolButton({
  label,
  shortcut,
  Icon,
  pressed,
  disabled = false,
  onClick,
}: {
  label: string
  shortcut: string
  Icon: LucideIcon
  pressed?: boolean
  disabled?: boolean
  onClick: () => void
}) {
  return (
    <Button
      variant="plain"
      icon
      aria-label={label}
      data-tooltip={`${label} (${shortcut})`}
      aria-pressed={pressed}
      // Not `disabled`, because the button would lose the focus after the last undo.
      aria-disabled={disabled}
      onClick={() => !disabled && onClick()}
    >
      <Icon size={18} aria-hidden />
    </Button>
  )
}
