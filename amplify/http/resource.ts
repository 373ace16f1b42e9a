import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { CfnStage, HttpApi, HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

/** Requests a second of everybody together, and how many more at once. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 }

/** What is logged of a request: neither its query string nor anything of its body. */
const LOGGED = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  bytes: '$context.responseLength',
  authorizerError: '$context.authorizer.error',
}

/**
 * The HTTP host behind API Gateway. A token is demanded where data is; GraphiQL's page and its
 * files are for everybody, or nobody could load it to sign in. What a browser asks before it
 * calls another origin (OPTIONS) carries no token, and is answered by the host as everywhere.
 */
export function defineHttp(
  scope: Construct,
  host: LambdaFunction,
  userPool: { id: string; clientId: string },
): HttpApi {
  const { region } = Stack.of(scope)
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPool.id}`
  const members = new HttpJwtAuthorizer('Members', issuer, { jwtAudience: [userPool.clientId] })
  const everybody = new HttpNoneAuthorizer()
  const integration = new HttpLambdaIntegration('Host', host)
  const api = new HttpApi(scope, 'HttpApi', {
    description: 'GraphQL over HTTP, and GraphiQL',
    createDefaultStage: false,
  })
  api.addRoutes({
    path: '/graphql',
    methods: [HttpMethod.GET, HttpMethod.POST],
    integration,
    authorizer: members,
  })
  api.addRoutes({
    path: '/graphql',
    methods: [HttpMethod.OPTIONS],
    integration,
    authorizer: everybody,
  })
  for (const path of ['/', '/{file+}']) {
    api.addRoutes({ path, methods: [HttpMethod.GET], integration, authorizer: everybody })
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
  if (!(defaultChild instanceof CfnStage)) throw new TypeError('A stage is one of CloudFormation.')
  defaultChild.accessLogSettings = {
    destinationArn: logs.logGroupArn,
    format: JSON.stringify(LOGGED),
  }
  return api
}
