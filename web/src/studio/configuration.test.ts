import { describe, expect, test } from 'vitest'
import { readConfiguration } from './configuration'

const base = 'https://studio.example/history'
const studio = { graphqlUrl: '/graphql', subscriptionUrl: '/graphql', version: '0.1.0' }
const auth = {
  user_pool_id: 'eu-central-1_Ab',
  user_pool_client_id: 'c',
  aws_region: 'eu-central-1',
}

test('the local server uses graphql-transport-ws on the page’s origin', () => {
  expect(readConfiguration({ custom: { studio } }, base)).toEqual({
    graphqlUrl: 'https://studio.example/graphql',
    subscriptionUrl: 'wss://studio.example/graphql',
    protocol: 'graphql-ws',
    cognito: null,
    version: '0.1.0',
  })
})

test('the local server can use a user pool, in AWS or elsewhere', () => {
  const cloud = readConfiguration({ auth, custom: { studio } }, base)
  expect(cloud).toMatchObject({ protocol: 'graphql-ws', cognito: { auth, endpoint: null } })
  const userPoolEndpoint = 'http://127.0.0.1:4566/'
  const here = readConfiguration(
    { auth, custom: { studio: { ...studio, userPoolEndpoint } } },
    base,
  )
  expect(here.cognito?.endpoint).toBe(userPoolEndpoint)
})

describe('outputs written by Amplify', () => {
  const url = 'https://api.example.com/graphql'

  test('select AppSync', () => {
    const outputs = { version: '1.4', auth, data: { url, aws_region: 'eu-central-1' } }
    expect(readConfiguration(outputs, base)).toEqual({
      graphqlUrl: url,
      subscriptionUrl: 'wss://api.example.com/graphql/realtime',
      protocol: 'appsync',
      cognito: { auth, endpoint: null },
      version: '',
    })
  })

  test.each([
    [{}, /must contain `data.url`/],
    [{ data: { url } }, /must contain `auth`/],
    ['<html>', /must contain `data.url`/],
  ])('%j is rejected', (outputs, reason) => {
    expect(() => readConfiguration(outputs, base)).toThrow(reason)
  })
})
