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

/** Actions of a role on the ARNs they are for. */
export function allow(actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] })
}

/** Where a function logs: kept for a month, and of no use without the function. */
export function logsOf(scope: Construct, name: string): LogGroup {
  return new LogGroup(scope, `${name}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
}

/**
 * A function's own role, with all its rights in one policy that can be read at a glance. What
 * constructs would add to it later is kept out: they allow more than is used.
 */
export function roleOf(
  scope: Construct,
  name: string,
  rights: { logGroup: ILogGroup; traced?: boolean; statements: PolicyStatement[] },
): IRole {
  const own = [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [rights.logGroup.logGroupArn]),
    // X-Ray knows no resources.
    ...(rights.traced ? [allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'])] : []),
  ]
  return new Role(scope, `${name}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      rights: new PolicyDocument({ statements: [...own, ...rights.statements] }),
    },
  }).withoutPolicyUpdates()
}
