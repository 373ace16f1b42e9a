import { fileURLToPath } from 'node:url'
import { defineAuth } from '@aws-amplify/backend'
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { type CfnUserPool, type UserPool, UserPoolOperation } from 'aws-cdk-lib/aws-cognito'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { logsOf, roleOf } from '../functions/role'
import type { Options } from '../options'

/** Sign-in by e-mail address; a second factor is everybody's own choice. */
export const auth = defineAuth({
  loginWith: { email: true },
  multifactor: { mode: 'OPTIONAL', totp: true },
  accountRecovery: 'EMAIL_ONLY',
})

type BackendAuth = Pick<ReturnType<typeof auth.getInstance>, 'resources' | 'stack'>

/**
 * What Amplify leaves open, closed: nobody signs up by themselves unless their address is of an
 * allowed domain, nobody is anybody without signing in, and passwords never leave the browser.
 */
export function closeSignUp(backendAuth: BackendAuth, options: Options): void {
  const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = backendAuth.resources.cfnResources
  const byInvitation = options.emailDomains.length === 0

  cfnUserPool.adminCreateUserConfig = { allowAdminCreateUserOnly: byInvitation }
  cfnUserPool.deletionProtection = 'ACTIVE'
  cfnUserPool.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
  cfnUserPool.policies = {
    passwordPolicy: {
      minimumLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: true,
      temporaryPasswordValidityDays: 7,
    },
  } satisfies CfnUserPool.PoliciesProperty

  cfnUserPoolClient.generateSecret = false
  cfnUserPoolClient.explicitAuthFlows = ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']
  cfnUserPoolClient.allowedOAuthFlowsUserPoolClient = false
  cfnUserPoolClient.allowedOAuthFlows = undefined
  cfnUserPoolClient.allowedOAuthScopes = undefined
  cfnUserPoolClient.callbackUrLs = undefined
  cfnUserPoolClient.enableTokenRevocation = true
  cfnUserPoolClient.accessTokenValidity = 60
  cfnUserPoolClient.idTokenValidity = 60
  cfnUserPoolClient.refreshTokenValidity = 30
  cfnUserPoolClient.tokenValidityUnits = {
    accessToken: 'minutes',
    idToken: 'minutes',
    refreshToken: 'days',
  }

  cfnIdentityPool.allowUnauthenticatedIdentities = false
  if (!byInvitation) askBeforeSignUp(backendAuth, options.emailDomains)
}

function askBeforeSignUp(backendAuth: BackendAuth, domains: readonly string[]): void {
  const { stack } = backendAuth
  const logGroup = logsOf(stack, 'AllowedDomains')
  const asked = new LambdaFunction(stack, 'AllowedDomains', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(fileURLToPath(new URL('allowed-domains', import.meta.url))),
    environment: { EMAIL_DOMAINS: domains.join(',') },
    timeout: Duration.seconds(5),
    logGroup,
    role: roleOf(stack, 'AllowedDomains', { logGroup, statements: [] }),
  })
  const userPool = backendAuth.resources.userPool as UserPool
  userPool.addTrigger(UserPoolOperation.PRE_SIGN_UP, asked)
}
