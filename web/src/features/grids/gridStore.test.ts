import { beforeEach, expect, test, vi } from 'vitest'
import { aGeneration, idAt } from '../../graphql/testing/generations'
import type { Outbox, Outcome, PendingRequest } from '../generations/outbox'
import { GridStore } from './gridStore'

/** An outbox that records requests. The test decides their outcomes. */
function fakeOutbox() {
  const requests: PendingRequest[] = []
  let report: (request: PendingRequest, outcome: Outcome) => void = () => {}
  const outbox = {
    submitAll: vi.fn(async (added: PendingRequest[]) => void requests.push(...added)),
    observe: (observer: typeof report) => {
      report = observer
    },
  } as unknown as Outbox
  return {
    outbox,
    requests,
    report: (at: number, outcome: Outcome) => report(requestAt(at), outcome),
  }
  function requestAt(at: number): PendingRequest {
    return requests[at] as PendingRequest
  }
}

const PLAN = {
  prompt: 'a {red|blue} apple',
  prompts: ['a red apple', 'a blue apple'],
  rows: [''],
  columns: ['red', 'blue'],
}
const accepted = (position: number): Outcome => ({
  kind: 'accepted',
  generation: aGeneration({ id: idAt(position) }),
})
const rejected: Outcome = {
  kind: 'rejected',
  errors: [{ code: 'TOO_MANY_UNFINISHED', message: '', path: [] }],
}

beforeEach(() => localStorage.clear())

test('sends one request for each prompt, with its own key and the common settings', () => {
  const { outbox, requests } = fakeOutbox()
  new GridStore(outbox).send(PLAN, { seed: 7, steps: 4 })
  expect(requests.map(({ input }) => input)).toEqual([
    { prompt: 'a red apple', seed: 7, steps: 4 },
    { prompt: 'a blue apple', seed: 7, steps: 4 },
  ])
  expect(new Set(requests.map(({ clientRequestId }) => clientRequestId)).size).toBe(2)
})

test('a reload keeps the grid, and the outcomes that arrive afterwards', () => {
  const { outbox, requests, report } = fakeOutbox()
  const id = new GridStore(outbox).send(PLAN, {})
  report(0, accepted(1))
  const later = fakeOutbox()
  const store = new GridStore(later.outbox)
  later.requests.push(...requests)
  later.report(1, accepted(2))
  expect(store.all().map((grid) => grid.id)).toEqual([id])
  expect(store.all()[0]?.cells.map(({ generationId }) => generationId)).toEqual([idAt(1), idAt(2)])
})

test('a rejected cell shows the reason, and is repeated under another key', () => {
  const { outbox, requests, report } = fakeOutbox()
  const store = new GridStore(outbox)
  const id = store.send(PLAN, { seed: 7 })
  report(1, rejected)
  const cell = store.all()[0]?.cells[1]
  expect(cell?.error).toBe('TOO_MANY_UNFINISHED')
  store.repeat(id, cell?.clientRequestId ?? '')
  expect(store.all()[0]?.cells[1]).toMatchObject({ error: null, generationId: null })
  expect(requests[2]?.input).toEqual({ prompt: 'a blue apple', seed: 7 })
  expect(requests[2]?.clientRequestId).not.toBe(requests[1]?.clientRequestId)
  report(2, accepted(3))
  expect(store.all()[0]?.cells[1]?.generationId).toBe(idAt(3))
})

test('a cell without a response is sent again under the same key', () => {
  const { outbox, requests } = fakeOutbox()
  const store = new GridStore(outbox)
  const id = store.send(PLAN, {})
  store.sendAgain(id, requests[0]?.clientRequestId ?? '')
  expect(requests[2]).toEqual(requests[0])
})

test('other requests change no grid', () => {
  const { outbox, report, requests } = fakeOutbox()
  const store = new GridStore(outbox)
  store.send(PLAN, {})
  const before = store.all()
  requests.push({ clientRequestId: 'other', input: { prompt: 'a' } })
  report(2, accepted(9))
  expect(store.all()).toBe(before)
})

test('old grids are forgotten when there are too many cells', () => {
  const { outbox } = fakeOutbox()
  const store = new GridStore(outbox)
  const many = { ...PLAN, prompts: Array.from({ length: 900 }, (_, n) => `apple ${n}`) }
  const ids = [1, 2, 3].map(() => store.send(many, {}))
  expect(store.all().map(({ id }) => id)).toEqual([ids[2], ids[1]])
})

test('listeners hear each change', () => {
  const { outbox, report } = fakeOutbox()
  const store = new GridStore(outbox)
  const listener = vi.fn()
  const stop = store.subscribe(listener)
  store.send(PLAN, {})
  report(0, accepted(1))
  stop()
  report(1, accepted(2))
  expect(listener).toHaveBeenCalledTimes(2)
})
