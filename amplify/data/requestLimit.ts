import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import type { Construct } from 'constructs'
import type { Options } from '../options'
import type { Api } from './resource'

const WINDOW_SECONDS = 300

/**
 * Limit the requests of each IP address to the AppSync API, if the operator asks for it: AWS WAF
 * costs a monthly fee. It counts addresses, because it does not verify tokens. API Gateway's HTTP
 * APIs cannot use AWS WAF; their stage has a limit for all clients together.
 */
export function limitRequests(scope: Construct, api: Api, options: Options): void {
  const limit = options.requestsPerAddress
  if (limit === null) return
  const acl = new CfnWebACL(scope, 'RequestLimit', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('RequestLimit'),
    rules: [
      {
        name: 'requests-per-address',
        priority: 0,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: {
          rateBasedStatement: {
            aggregateKeyType: 'IP',
            evaluationWindowSec: WINDOW_SECONDS,
            limit,
          },
        },
        visibilityConfig: visibility('RequestsPerAddress'),
      },
    ],
  })
  new CfnWebACLAssociation(scope, 'RequestLimitOfApi', {
    resourceArn: api.arn,
    webAclArn: acl.attrArn,
  })
}

function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  // Sampled requests contain headers, and so tokens.
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false }
}
