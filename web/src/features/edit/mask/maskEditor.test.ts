import { expect, test } from 'vitest'
import { MaskEditor } from './maskEditor'
import { MAX_STEPS, MaskHistory } from './maskHistory'
import type { Point } from './rect'

function paint(editor: MaskEditor, ...points: Point[]): void {
  const [first = { x: 0, y: 0 }, ...others] = points
  editor.beginStroke('add', first, 5)
  for (const point of others) editor.extendStroke(point, 5)
  editor.endStroke()
}

/** The pixels as text, since comparing long arrays is slow. */
const pixelsOf = (editor: MaskEditor) => Buffer.from(editor.bitmap.pixels).toString('latin1')
const count = (editor: MaskEditor) => editor.bitmap.pixels.reduce((sum, pixel) => sum + pixel, 0)

test('strokes across tiles are undone and redone exactly, in order', () => {
  const editor = new MaskEditor(300, 200)
  const states = [pixelsOf(editor)]
  const act = (action: () => void) => {
    action()
    states.push(pixelsOf(editor))
  }
  act(() => paint(editor, { x: 10, y: 10 }, { x: 290, y: 190 }))
  act(() => paint(editor, { x: 63, y: 64 }))
  act(() => editor.invert())
  act(() => {
    editor.beginStroke('remove', { x: 150, y: 100 }, 40)
    editor.endStroke()
  })
  const corners = [
    { x: 20, y: 20 },
    { x: 200, y: 30 },
    { x: 90, y: 180 },
  ]
  act(() => editor.fillArea('remove', corners))
  act(() => editor.clear())
  act(() => paint(editor, { x: 299, y: 199 }, { x: 400, y: 300 }))
  for (let step = states.length - 2; step >= 0; step -= 1) {
    expect(editor.state().canUndo).toBe(true)
    editor.undo()
    expect(pixelsOf(editor)).toEqual(states[step])
  }
  expect(editor.state()).toMatchObject({ canUndo: false, canRedo: true, isEmpty: true })
  for (let step = 1; step < states.length; step += 1) {
    editor.redo()
    expect(pixelsOf(editor)).toEqual(states[step])
  }
  expect(editor.state().canRedo).toBe(false)
})

test('a new stroke after an undo removes what could be redone', () => {
  const editor = new MaskEditor(100, 100)
  paint(editor, { x: 10, y: 10 })
  editor.undo()
  paint(editor, { x: 50, y: 50 })
  expect(editor.state()).toMatchObject({ canUndo: true, canRedo: false })
})

test('a canceled stroke leaves nothing, and is no step', () => {
  const editor = new MaskEditor(200, 200)
  paint(editor, { x: 100, y: 100 })
  const before = pixelsOf(editor)
  editor.beginStroke('add', { x: 10, y: 10 }, 30)
  editor.extendStroke({ x: 190, y: 150 }, 30)
  editor.cancelStroke()
  expect(pixelsOf(editor)).toEqual(before)
  editor.undo()
  expect(count(editor)).toBe(0)
})

test('a stroke that changes nothing is no step', () => {
  const editor = new MaskEditor(100, 100)
  editor.beginStroke('remove', { x: 50, y: 50 }, 20)
  editor.endStroke()
  paint(editor, { x: -50, y: -50 })
  expect(editor.state().canUndo).toBe(false)
})

test('the last 50 steps can be undone', () => {
  const editor = new MaskEditor(600, 20)
  for (let step = 0; step < MAX_STEPS + 10; step += 1) paint(editor, { x: 10 * step, y: 10 })
  let undone = 0
  while (editor.state().canUndo) {
    editor.undo()
    undone += 1
  }
  expect(undone).toBe(MAX_STEPS)
  expect(count(editor)).toBeGreaterThan(0)
})

test('the oldest steps are forgotten when all together exceed the memory limit', () => {
  const { bitmap } = new MaskEditor(512, 512)
  const maxBytes = 100_000
  const history = new MaskHistory(bitmap, maxBytes)
  for (let step = 0; step < 10; step += 1) {
    for (let tile = 0; tile < bitmap.tileCount; tile += 1) history.keep(tile)
    bitmap.pixels.fill(1 - (step % 2))
    history.commit()
    expect(history.bytes).toBeLessThanOrEqual(maxBytes)
  }
  // Steps that begin without pixels take little memory.
  let undone = 0
  while (history.undo() !== null) undone += 1
  expect(undone).toBe(4)
  expect(history.bytes).toBeLessThanOrEqual(maxBytes)
})

test('a step that is larger than the limit can still be undone', () => {
  const { bitmap } = new MaskEditor(640, 640)
  const history = new MaskHistory(bitmap, 100)
  for (let tile = 0; tile < bitmap.tileCount; tile += 1) {
    bitmap.pixels.fill(1)
    history.keep(tile)
  }
  history.commit()
  expect(history.canUndo).toBe(true)
})

test('the dirty rectangle contains all changed pixels, and little more', () => {
  const editor = new MaskEditor(1000, 1000)
  editor.beginStroke('add', { x: 500, y: 500 }, 10)
  const dirty = editor.takeDirty()
  expect(dirty).not.toBeNull()
  const { left, top, right, bottom } = dirty ?? editor.bitmap.bounds
  expect(left).toBeLessThanOrEqual(490)
  expect(right).toBeGreaterThanOrEqual(510)
  expect((right - left) * (bottom - top)).toBeLessThan(128 * 128)
  expect(editor.takeDirty()).toBeNull()
  editor.extendStroke({ x: 520, y: 500 }, 10)
  expect(editor.takeDirty()?.right).toBeGreaterThanOrEqual(530)
})

test('controls are notified of completed changes only', () => {
  const editor = new MaskEditor(100, 100)
  let notified = 0
  editor.onState(() => {
    notified += 1
  })
  editor.beginStroke('add', { x: 10, y: 10 }, 5)
  for (let x = 10; x < 90; x += 1) editor.extendStroke({ x, y: 10 }, 5)
  expect(notified).toBe(0)
  editor.endStroke()
  expect(notified).toBe(1)
  expect(editor.state().isEmpty).toBe(false)
})
