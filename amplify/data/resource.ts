import { readFileSync } from 'node:fs'
import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  CfnDataSource,
  CfnGraphQLApi,
  CfnGraphQLSchema,
  CfnResolver,
} from 'aws-cdk-lib/aws-appsync'
import { Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import pipeline from '../../infra/pipeline.json' with { type: 'json' }
import { allow } from '../functions/role'
import { deployedSchema, type RootField, readContract, rootFields } from './contract'

export interface Api {
  id: string
  arn: string
  url: string
  schema: CfnGraphQLSchema
}

/** Maximum nesting depth. Introspection needs 16; the functions limit other documents to 12. */
const MAX_DEPTH = 16
/** Maximum number of resolvers per document. Each root field calls the function once. */
const MAX_RESOLVERS = 10

/** Root fields that AppSync resolves itself, in APPSYNC_JS. */
const APPSYNC_JS_FIELDS = new Set(['Mutation.publishGeneration', 'Subscription.generationUpdated'])

/**
 * Define the AppSync API from the SDL that the other hosts serve. Users of the user pool may call
 * every field except those that the SDL reserves for the studio's IAM roles.
 *
 * Introspection stays enabled: the SDL is public, and GraphQL tools need it.
 */
export function defineApi(scope: Construct, userPoolId: string): Api {
  const logsRole = new Role(scope, 'ApiLogsRole', {
    assumedBy: new ServicePrincipal('appsync.amazonaws.com'),
  })
  const api = new CfnGraphQLApi(scope, 'Api', {
    name: 'genai-studio',
    authenticationType: 'AMAZON_COGNITO_USER_POOLS',
    userPoolConfig: { userPoolId, awsRegion: Stack.of(scope).region, defaultAction: 'ALLOW' },
    additionalAuthenticationProviders: [{ authenticationType: 'AWS_IAM' }],
    introspectionConfig: 'ENABLED',
    queryDepthLimit: MAX_DEPTH,
    resolverCountLimit: MAX_RESOLVERS,
    xrayEnabled: true,
    // Documents, variables and error fields may contain prompts, so none of them is logged.
    logConfig: {
      cloudWatchLogsRoleArn: logsRole.roleArn,
      fieldLogLevel: 'NONE',
      excludeVerboseContent: true,
    },
  })
  const logs = new LogGroup(scope, 'ApiLogs', {
    logGroupName: `/aws/appsync/apis/${api.attrApiId}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  new Policy(scope, 'ApiLogsRights', {
    roles: [logsRole],
    statements: [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logs.logGroupArn])],
  })
  const schema = new CfnGraphQLSchema(scope, 'Schema', {
    apiId: api.attrApiId,
    definition: deployedSchema(readContract()),
  })
  return { id: api.attrApiId, arn: api.attrArn, url: api.attrGraphQlUrl, schema }
}

/** Root fields that the verifier resolves. Its library is too large for the appsync function. */
const VERIFIED_FIELDS = new Set(pipeline.verifier.rootFields)

interface Resolvers {
  appsync: IFunction
  verifier: IFunction
}

/** Attach each root field to one of the two functions or to its APPSYNC_JS code. */
export function defineResolvers(scope: Construct, api: Api, functions: Resolvers): void {
  const role = new Role(scope, 'ApiCallsRole', {
    assumedBy: new ServicePrincipal('appsync.amazonaws.com'),
  })
  new Policy(scope, 'ApiCallsRights', {
    roles: [role],
    statements: [
      allow(
        ['lambda:InvokeFunction'],
        [functions.appsync.functionArn, functions.verifier.functionArn],
      ),
    ],
  })
  const functionSource = (name: string, { functionArn }: IFunction): CfnDataSource =>
    new CfnDataSource(scope, `${name.charAt(0).toUpperCase()}${name.slice(1)}Source`, {
      apiId: api.id,
      name,
      type: 'AWS_LAMBDA',
      serviceRoleArn: role.roleArn,
      lambdaConfig: { lambdaFunctionArn: functionArn },
    })
  const studioSource = functionSource('studio', functions.appsync)
  const verifierSource = functionSource('verifier', functions.verifier)
  const noSource = new CfnDataSource(scope, 'NoSource', {
    apiId: api.id,
    name: 'none',
    type: 'NONE',
  })
  for (const root of rootFields(readContract())) {
    const name = `${root.type}.${root.field}`
    const usesJs = APPSYNC_JS_FIELDS.has(name)
    const lambda = VERIFIED_FIELDS.has(name) ? verifierSource : studioSource
    const source = usesJs ? noSource : lambda
    const resolver = new CfnResolver(scope, `${root.type}-${root.field}`, {
      apiId: api.id,
      typeName: root.type,
      fieldName: root.field,
      kind: 'UNIT',
      dataSourceName: source.name,
      ...(usesJs && {
        runtime: { name: 'APPSYNC_JS', runtimeVersion: '1.0.0' },
        code: resolverCode(root),
      }),
    })
    resolver.addResourceDependency(source)
    resolver.addResourceDependency(api.schema)
  }
}

function resolverCode(root: RootField): string {
  return readFileSync(new URL(`resolvers/${root.field}.js`, import.meta.url), 'utf-8')
}
