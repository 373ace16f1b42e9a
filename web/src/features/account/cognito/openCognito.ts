import { Amplify } from 'aws-amplify'
import { fetchAuthSession, signOut } from 'aws-amplify/auth'
import { parseAmplifyConfig } from 'aws-amplify/utils'
import type { CognitoOutputs } from '../../../studio/configuration'
import { type CognitoTokenSource, cognitoTokenSource } from './cognitoTokenSource'

let opened: Promise<CognitoTokenSource> | undefined

/** The user pool of these outputs. Amplify knows one at a time, so a page opens one. */
export function openCognito(outputs: CognitoOutputs): Promise<CognitoTokenSource> {
  opened ??= open(outputs)
  return opened
}

function open({ auth, endpoint }: CognitoOutputs): Promise<CognitoTokenSource> {
  const { Auth } = parseAmplifyConfig({ version: '1', auth })
  if (!Auth) throw new Error('the outputs’ auth section names no user pool')
  // The format has no word for the endpoint of a pool that is not in AWS.
  if (endpoint !== null) Object.assign(Auth.Cognito, { userPoolEndpoint: endpoint })
  Amplify.configure({ Auth })
  return cognitoTokenSource({ fetchAuthSession, signOut })
}
