import { Popover } from '@base-ui/react/popover'
import { type ComponentType, type RefObject, useRef } from 'react'
import { PopoverPopup } from '../../../../ui/overlays/Popover'
import { useCreateForm } from '../CreateFormContext'
import { CountControl } from './CountControl'
import { ModelPicker } from './ModelPicker'
import styles from './PickerPopover.module.css'
import type { Picker } from './pickers'
import { SeedControl } from './SeedControl'
import { SizeControl } from './SizeControl'
import { StylePicker } from './StylePicker'

const CONTENTS: Record<Picker, ComponentType> = {
  model: ModelPicker,
  size: SizeControl,
  style: StylePicker,
  count: CountControl,
  seed: SeedControl,
}

const FIRST_FOCUS = ['[aria-invalid="true"]', 'input[type="search"]', 'input:checked']

/** The open picker, beside its chip. Loaded when a chip is used first. */
export default function PickerPopover({
  picker,
  label,
  chip,
}: {
  picker: Picker
  label: string
  chip: RefObject<HTMLElement | null>
}) {
  const { setOpenPicker } = useCreateForm()
  const content = useRef<HTMLDivElement>(null)
  const Content = CONTENTS[picker]
  const firstFocus = () => {
    for (const selector of FIRST_FOCUS) {
      const found = content.current?.querySelector<HTMLElement>(selector)
      if (found) return found
    }
    return true
  }
  return (
    <Popover.Root
      open
      onOpenChange={(_, details) => {
        const { target } = details.event
        // A press on the chip closes the picker itself.
        if (target instanceof Node && chip.current?.contains(target)) details.cancel()
        else setOpenPicker(null)
      }}
    >
      <PopoverPopup
        label={label}
        anchor={chip.current}
        side="top"
        align="start"
        initialFocus={firstFocus}
        finalFocus={chip}
        className={styles[picker]}
      >
        <div ref={content}>
          <Content />
        </div>
      </PopoverPopup>
    </Popover.Root>
  )
}
