import type { Client } from '@urql/core'
import { beforeEach, expect, test } from 'vitest'
import { Uploader } from './uploader'

const HOUR_MS = 3_600_000

interface Sent {
  url: string
  method: string | undefined
  headers: RequestInit['headers']
  body: unknown
}

/** A client whose answers to createUpload are given, and a storage that records what it receives. */
function setUp({ post = false, status = 204, text = '', now = Date.now() } = {}) {
  const created: unknown[] = []
  const sent: Sent[] = []
  const clock = { now }
  const client = {
    mutation: (_: unknown, variables: unknown) => ({
      toPromise: async () => {
        created.push(variables)
        const upload = {
          id: `upload-${created.length}`,
          url: 'https://storage.example/',
          method: post ? 'POST' : 'PUT',
          headers: post ? [] : [{ name: 'Content-Type', value: 'image/png' }],
          fields: post ? [{ name: 'key', value: 'uploads/one' }] : [],
          expiresAt: new Date(clock.now + 24 * HOUR_MS).toISOString(),
        }
        return { data: { createUpload: { upload, userErrors: [] } } }
      },
    }),
  } as unknown as Client
  const send = async (url: RequestInfo | URL, { method, headers, body }: RequestInit = {}) => {
    sent.push({ url: String(url), method, headers, body })
    return new Response(status === 204 ? null : text, { status })
  }
  return { uploader: new Uploader(client, send, () => clock.now), created, sent, clock }
}

const png = (content: string) => new Blob([content], { type: 'image/png' })

beforeEach(() => localStorage.clear())

test('a file is declared with its size and digest, and sent as the body', async () => {
  const { uploader, created, sent } = setUp()
  expect(await uploader.upload(png('abc'))).toEqual({ kind: 'uploaded', id: 'upload-1' })
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect(created).toEqual([{ input: { contentType: 'image/png', bytes: 3, sha256 } }])
  expect(sent).toMatchObject([{ method: 'PUT', headers: [['Content-Type', 'image/png']] }])
})

test('a presigned form has the file as its last field', async () => {
  const { uploader, sent } = setUp({ post: true })
  await uploader.upload(png('abc'))
  const [{ body } = { body: null }] = sent
  expect([...(body as FormData).keys()]).toEqual(['key', 'file'])
})

test('the same content is uploaded once, until the upload is about to expire', async () => {
  const { uploader, created, clock } = setUp()
  await uploader.upload(png('abc'))
  expect(await uploader.upload(png('abc'))).toEqual({ kind: 'uploaded', id: 'upload-1' })
  expect(created.length).toBe(1)
  await uploader.upload(png('other'))
  expect(created.length).toBe(2)
  clock.now += 23.9 * HOUR_MS
  expect(await uploader.upload(png('abc'))).toEqual({ kind: 'uploaded', id: 'upload-3' })
})

test('an upload that the API no longer has is forgotten', async () => {
  const { uploader } = setUp()
  await uploader.upload(png('abc'))
  uploader.forget('upload-1')
  expect(await uploader.upload(png('abc'))).toEqual({ kind: 'uploaded', id: 'upload-2' })
})

test.each([
  ['The disk of the studio is full.\n', 'The disk of the studio is full.'],
  ['<Error><Code>EntityTooLarge</Code></Error>', ''],
])('a refusal of the storage is reported, and not remembered', async (text, message) => {
  const { uploader, created } = setUp({ status: 507, text })
  expect(await uploader.upload(png('abc'))).toEqual({ kind: 'failed', message })
  await uploader.upload(png('abc'))
  expect(created.length).toBe(2)
})

test('a lost connection is reported as such', async () => {
  const { created } = setUp()
  const client = {
    mutation: () => ({ toPromise: async () => ({ error: { networkError: new Error('gone') } }) }),
  } as unknown as Client
  expect(await new Uploader(client).upload(png('abc'))).toEqual({ kind: 'unreachable' })
  expect(created).toEqual([])
})
