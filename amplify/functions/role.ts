import { RemovalPolicy } from 'aws-cdk-lib'
import {
  type IRole,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam'
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

/** Allow actions on the given ARNs, under the given conditions. */
export function allow(
  actions: readonly string[],
  resources: readonly string[],
  conditions: Record<string, Record<string, string>> = {},
): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources], conditions })
}

/** Create the log group of a function: kept for one month, deleted with the stack. */
export function createLogGroup(scope: Construct, name: string): LogGroup {
  return new LogGroup(scope, `${name}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
}

/**
 * Create the role of one function, with all permissions in one inline policy. Later additions by
 * CDK constructs are ignored, because they grant more than the function uses.
 */
export function createRole(
  scope: Construct,
  name: string,
  granted: { logGroup: ILogGroup; traced?: boolean; statements: PolicyStatement[] },
): IRole {
  const runtime = [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [granted.logGroup.logGroupArn]),
    // X-Ray has no resource-level permissions.
    ...(granted.traced
      ? [allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'])]
      : []),
  ]
  return new Role(scope, `${name}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      permissions: new PolicyDocument({ statements: [...runtime, ...granted.statements] }),
    },
  }).withoutPolicyUpdates()
}
