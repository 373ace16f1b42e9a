import { RemovalPolicy } from 'aws-cdk-lib'
import {
  type FunctionProps,
  type IFunction,
  type Function as LambdaFunction,
  SnapStartConf,
} from 'aws-cdk-lib/aws-lambda'
import type { FunctionName } from './bundle'

/** The functions that users wait for: a request of the page or of a client invokes them. */
type Invoked = Record<'appsync' | 'http', IFunction>

/** Alias of the version with a snapshot. */
const ALIAS = 'live'

/** Return the properties of a function that Lambda starts from a snapshot. */
export function snapStartProps(name: FunctionName, enabled: boolean): Partial<FunctionProps> {
  if (!enabled || (name !== 'appsync' && name !== 'http')) return {}
  return {
    snapStart: SnapStartConf.ON_PUBLISHED_VERSIONS,
    // Every version with a snapshot is billed, so a deployment deletes the previous one.
    currentVersionOptions: { removalPolicy: RemovalPolicy.DESTROY },
  }
}

/**
 * Return what AppSync and API Gateway invoke. Only versions have snapshots, so with SnapStart it is
 * an alias, which every deployment moves to a new version.
 */
export function invokedFunctions(
  functions: Record<keyof Invoked, LambdaFunction>,
  enabled: boolean,
): Invoked {
  if (!enabled) return functions
  return { appsync: functions.appsync.addAlias(ALIAS), http: functions.http.addAlias(ALIAS) }
}
