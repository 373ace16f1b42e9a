import { Amplify } from 'aws-amplify'
import { fetchAuthSession, signOut } from 'aws-amplify/auth'
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito'
import { parseAmplifyConfig } from 'aws-amplify/utils'
import { browserStorage } from '../../../storage/browserStorage'
import type { CognitoOutputs } from '../../../studio/configuration'
import { type CognitoTokenSource, cognitoTokenSource } from './cognitoTokenSource'

let opened: Promise<CognitoTokenSource> | undefined

/** Create the token source of the user pool. Amplify supports one pool at a time, so it is cached. */
export function openCognito(outputs: CognitoOutputs): Promise<CognitoTokenSource> {
  opened ??= open(outputs)
  return opened
}

function open({ auth, endpoint }: CognitoOutputs): Promise<CognitoTokenSource> {
  // With an identity pool, Amplify also calls cognito-identity, which the page's policy blocks.
  const { identity_pool_id: _, ...userPool } = auth
  const { Auth } = parseAmplifyConfig({ version: '1', auth: userPool })
  if (!Auth) throw new Error('`auth` in amplify_outputs.json must contain a user pool.')
  // The outputs format has no field for the endpoint of a pool outside AWS.
  if (endpoint !== null) Object.assign(Auth.Cognito, { userPoolEndpoint: endpoint })
  Amplify.configure({ Auth })
  // By default, Amplify fails to sign in if localStorage is full.
  cognitoUserPoolsTokenProvider.setKeyValueStorage({
    getItem: async (key) => browserStorage.getItem(key),
    setItem: async (key, value) => browserStorage.setItem(key, value),
    removeItem: async (key) => browserStorage.removeItem(key),
    clear: async () => browserStorage.clear(),
  })
  return cognitoTokenSource({ fetchAuthSession, signOut })
}
