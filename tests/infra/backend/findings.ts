// Print all cdk-nag findings, including acknowledged ones, and all acknowledgments as JSON. The
// backend is synthesized as usual.

import { app } from '../../../amplify/backend'
import { Validations } from '../../../amplify/node_modules/aws-cdk-lib'
import { AwsSolutionsChecks } from '../../../amplify/node_modules/cdk-nag'

const key = Validations.ACKNOWLEDGED_RULES_METADATA_KEY

class UnfilteredChecks extends AwsSolutionsChecks {
  override isAcknowledged(): boolean {
    return false
  }
}

const { violations } = new UnfilteredChecks(app).validateScope(app)
const found = violations.flatMap(({ ruleName, violatingResources }) =>
  violatingResources.map((resource) => ({ rule: ruleName, path: resource.constructPath })),
)
const acknowledged = app.node.findAll().flatMap(({ node }) =>
  node.metadata
    .filter(({ type }) => type === key)
    .flatMap(({ data }) =>
      Object.entries(data as Record<string, string>).map(([id, reason]) => ({
        rule: id.replace(/^annotation::/i, ''),
        path: node.path,
        reason,
      })),
    ),
)
console.log(JSON.stringify({ found, acknowledged }))
