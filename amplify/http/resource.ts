import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { CfnStage, HttpApi, HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

/** Requests per second for all clients together, and the burst size. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 }

/** Access log fields. Query strings and bodies are left out: they may contain prompts. */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  bytes: '$context.responseLength',
  authorizerError: '$context.authorizer.error',
}

/**
 * Define API Gateway in front of the HTTP host. `/graphql` requires a token. GraphiQL's page and
 * files are public, because users load them before they sign in. A CORS preflight (OPTIONS)
 * carries no token; the host answers it.
 */
export function defineHttp(
  scope: Construct,
  host: IFunction,
  userPool: { id: string; clientId: string },
): HttpApi {
  const { region } = Stack.of(scope)
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPool.id}`
  const signedIn = new HttpJwtAuthorizer('Members', issuer, { jwtAudience: [userPool.clientId] })
  const anyone = new HttpNoneAuthorizer()
  const integration = new HttpLambdaIntegration('Host', host)
  const api = new HttpApi(scope, 'HttpApi', {
    description: 'GraphQL over HTTP, and GraphiQL',
    createDefaultStage: false,
  })
  api.addRoutes({
    path: '/graphql',
    methods: [HttpMethod.GET, HttpMethod.POST],
    integration,
    authorizer: signedIn,
  })
  api.addRoutes({
    path: '/graphql',
    methods: [HttpMethod.OPTIONS],
    integration,
    authorizer: anyone,
  })
  for (const path of ['/', '/{file+}']) {
    api.addRoutes({ path, methods: [HttpMethod.GET], integration, authorizer: anyone })
  }
  const stage = api.addStage('Stage', {
    stageName: '$default',
    autoDeploy: true,
    throttle: THROTTLE,
  })
  const logs = new LogGroup(scope, 'HttpAccessLogs', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const { defaultChild } = stage.node
  if (!(defaultChild instanceof CfnStage))
    throw new TypeError('The stage has no CfnStage as its default child.')
  defaultChild.accessLogSettings = {
    destinationArn: logs.logGroupArn,
    format: JSON.stringify(ACCESS_LOG_FIELDS),
  }
  return api
}
