import { fileURLToPath } from 'node:url'
import { defineAuth } from '@aws-amplify/backend'
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { type CfnUserPool, type UserPool, UserPoolOperation } from 'aws-cdk-lib/aws-cognito'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { createLogGroup, createRole } from '../functions/role'
import type { Options } from '../options'

/** Sign-in by e-mail address, with an optional second factor (TOTP). */
export const auth = defineAuth({
  loginWith: { email: true },
  multifactor: { mode: 'OPTIONAL', totp: true },
  accountRecovery: 'EMAIL_ONLY',
})

type BackendAuth = Pick<ReturnType<typeof auth.getInstance>, 'resources' | 'stack'>

/**
 * Restrict Amplify's defaults: sign-up needs an invitation or an allowed e-mail domain, and sign-in
 * uses SRP, so that passwords never leave the browser.
 */
export function restrictSignUp(backendAuth: BackendAuth, options: Options): void {
  const { cfnUserPool, cfnUserPoolClient } = backendAuth.resources.cfnResources
  const invitationOnly = options.emailDomains.length === 0

  cfnUserPool.adminCreateUserConfig = { allowAdminCreateUserOnly: invitationOnly }
  cfnUserPool.deletionProtection = 'ACTIVE'
  // Deletion protection would block the rollback of a failed creation, so that retains it too.
  cfnUserPool.applyRemovalPolicy(RemovalPolicy.RETAIN)
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

  if (options.emailSender !== null) {
    const resourceName = options.emailSender
    cfnUserPool.emailConfiguration = {
      emailSendingAccount: 'DEVELOPER',
      from: options.emailSender,
      sourceArn: Stack.of(cfnUserPool).formatArn({
        service: 'ses',
        resource: 'identity',
        resourceName,
      }),
    } satisfies CfnUserPool.EmailConfigurationProperty
  }

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

  if (!invitationOnly) addPreSignUpTrigger(backendAuth, options.emailDomains)
}

function addPreSignUpTrigger(backendAuth: BackendAuth, domains: readonly string[]): void {
  const { stack } = backendAuth
  const logGroup = createLogGroup(stack, 'AllowedDomains')
  const trigger = new LambdaFunction(stack, 'AllowedDomains', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(fileURLToPath(new URL('allowed-domains', import.meta.url))),
    environment: { EMAIL_DOMAINS: domains.join(',') },
    timeout: Duration.seconds(5),
    logGroup,
    role: createRole(stack, 'AllowedDomains', { logGroup, statements: [] }),
  })
  const userPool = backendAuth.resources.userPool as UserPool
  userPool.addTrigger(UserPoolOperation.PRE_SIGN_UP, trigger)
}
