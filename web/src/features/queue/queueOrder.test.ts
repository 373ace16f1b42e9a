import { expect, test } from 'vitest'
import { aGeneration, idAt } from '../../graphql/testing/generations'
import { queueOrder, retryable } from './queueOrder'

const at = (position: number, change: Parameters<typeof aGeneration>[0] = {}) =>
  aGeneration({ id: idAt(position), ...change })

test('running generations come first, then the oldest', () => {
  const queue = queueOrder([
    at(4, { status: 'QUEUED' }),
    at(3, { status: 'QUEUED' }),
    at(2, { status: 'RUNNING' }),
    at(1, { status: 'QUEUED' }),
  ])
  expect(queue.map(({ id }) => id)).toEqual([2, 1, 3, 4].map(idAt))
})

test('a failed generation that was retried is not offered again', () => {
  const failed = at(1, { status: 'FAILED' })
  const retried = at(2, { status: 'FAILED' })
  const retry = at(3, { status: 'QUEUED', parentId: retried.id })
  expect(retryable([retry, retried, failed, at(4)])).toEqual([failed])
})
