import { RemovalPolicy } from 'aws-cdk-lib'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import definition from '../../infra/records-table.json' with { type: 'json' }

export interface Records {
  table: CfnTable
  streamArn: string
  /** Return the ARN of an index by name. */
  index: (name: string) => string
}

/**
 * Define the table of `infra/records-table.json`, which the tests also create in DynamoDB Local.
 * The table is retained when the stack is deleted; `make destroy` prints how to delete it.
 */
export function defineRecords(scope: Construct): Records {
  const table = new CfnTable(scope, 'Records', {
    billingMode: definition.BillingMode,
    keySchema: keys(definition.KeySchema),
    attributeDefinitions: definition.AttributeDefinitions.map((one) => ({
      attributeName: one.AttributeName,
      attributeType: one.AttributeType,
    })),
    globalSecondaryIndexes: definition.GlobalSecondaryIndexes.map((index) => ({
      indexName: index.IndexName,
      keySchema: keys(index.KeySchema),
      projection: { projectionType: index.Projection.ProjectionType },
    })),
    streamSpecification: { streamViewType: definition.StreamSpecification.StreamViewType },
    timeToLiveSpecification: {
      attributeName: definition.TimeToLiveSpecification.AttributeName,
      enabled: definition.TimeToLiveSpecification.Enabled,
    },
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled:
        definition.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled,
    },
    deletionProtectionEnabled: true,
  })
  // Deletion protection would block the rollback of a failed creation, so that retains it too.
  table.applyRemovalPolicy(RemovalPolicy.RETAIN)
  const names = new Set(definition.GlobalSecondaryIndexes.map((index) => index.IndexName))
  const index = (name: string) => {
    if (!names.has(name)) throw new Error(`The table has no index ${name}.`)
    return `${table.attrArn}/index/${name}`
  }
  return { table, streamArn: table.attrStreamArn, index }
}

function keys(schema: { AttributeName: string; KeyType: string }[]): CfnTable.KeySchemaProperty[] {
  return schema.map((key) => ({ attributeName: key.AttributeName, keyType: key.KeyType }))
}
