import { expect, test } from 'vitest'
import { Viewport } from './viewport'

function viewport(): Viewport {
  const view = new Viewport()
  view.resize({ width: 1000, height: 600 })
  view.show({ left: 0, top: 0, right: 2048, bottom: 2048 })
  return view
}

test('the image is fitted and centered, and follows the size of the stage', () => {
  const view = viewport()
  expect(view.toStage({ x: 1024, y: 1024 })).toEqual({ x: 500, y: 300 })
  expect(view.scale).toBeCloseTo(552 / 2048)
  view.resize({ width: 400, height: 600 })
  expect(view.toStage({ x: 1024, y: 1024 })).toEqual({ x: 200, y: 300 })
})

test('zooming keeps the pixel under the pointer', () => {
  const view = viewport()
  const at = { x: 420, y: 260 }
  const before = view.toImage(at)
  view.zoom(3, at)
  const after = view.toImage(at)
  expect(after.x).toBeCloseTo(before.x)
  expect(after.y).toBeCloseTo(before.y)
  view.resize({ width: 900, height: 600 })
  expect(view.scale).toBeCloseTo((3 * 552) / 2048)
})

test('the scale is limited, and the image cannot leave the stage', () => {
  const view = viewport()
  view.zoom(1e9)
  expect(view.scale).toBe(32)
  view.zoom(1e-9)
  expect(view.scale).toBeCloseTo(552 / 2048 / 2)
  view.pan(1e6, 1e6)
  expect(view.toStage({ x: 0, y: 0 })).toEqual({ x: 952, y: 552 })
  view.pan(-1e6, -1e6)
  const corner = view.toStage({ x: 2048, y: 2048 })
  expect(corner.x).toBeCloseTo(48)
  expect(corner.y).toBeCloseTo(48)
})

test('the brush of the keyboard is moved into the stage', () => {
  const view = viewport()
  view.zoom(8)
  view.reveal({ x: 0, y: 0 })
  const { x, y } = view.toStage({ x: 0, y: 0 })
  expect(x).toBeGreaterThanOrEqual(0)
  expect(y).toBeGreaterThanOrEqual(0)
})
