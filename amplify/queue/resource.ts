import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnPipe } from 'aws-cdk-lib/aws-pipes'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import pipeline from '../../infra/pipeline.json' with { type: 'json' }
import { allow } from '../functions/role'
import type { Records } from '../records/resource'

export interface Queues {
  /** Jobs: owner and ID of a generation. */
  work: Queue
  /** The dead-letter queue of `work`: jobs that exceeded the maximum receive count. */
  deadLetter: Queue
  /** On-failure destination of the stream's readers: positions of changes that failed. */
  streamFailures: Queue
}

/** Define the queues of `infra/pipeline.json`, and the pipe from the change stream to `work`. */
export function defineQueue(scope: Construct, records: Records): Queues {
  const deadLetter = queue(scope, 'DeadLetters', {
    retentionPeriod: Duration.seconds(pipeline.deadLetterQueue.messageRetentionSeconds),
  })
  const work = queue(scope, 'Work', {
    visibilityTimeout: Duration.seconds(pipeline.queue.visibilityTimeoutSeconds),
    retentionPeriod: Duration.seconds(pipeline.queue.messageRetentionSeconds),
    deadLetterQueue: { queue: deadLetter, maxReceiveCount: pipeline.queue.maxReceiveCount },
  })
  // CloudFormation replaces a queue whose logical ID changes, so the ID keeps its first name.
  const streamFailures = queue(scope, 'Missed', { retentionPeriod: Duration.days(14) })
  const queues = { work, deadLetter, streamFailures }
  pipe(scope, records, queues)
  return queues
}

function queue(scope: Construct, name: string, props: object): Queue {
  return new Queue(scope, name, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.DESTROY,
    ...props,
  })
}

/** Permissions to read a stream. DynamoDB lists streams per account, not per table. */
export function streamPermissions(streamArn: string) {
  return [
    allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      [streamArn],
    ),
    allow(['dynamodb:ListStreams'], ['*']),
  ]
}

function pipe(scope: Construct, records: Records, queues: Queues): void {
  const { pipe: definition } = pipeline
  const role = new Role(scope, 'PipeRole', {
    assumedBy: new ServicePrincipal('pipes.amazonaws.com'),
    inlinePolicies: {
      permissions: new PolicyDocument({
        statements: [
          ...streamPermissions(records.streamArn),
          allow(['sqs:SendMessage'], [queues.work.queueArn, queues.streamFailures.queueArn]),
        ],
      }),
    },
  })
  new CfnPipe(scope, 'Pipe', {
    roleArn: role.roleArn,
    source: records.streamArn,
    target: queues.work.queueArn,
    sourceParameters: {
      dynamoDbStreamParameters: {
        startingPosition: definition.startingPosition,
        batchSize: definition.batchSize,
        maximumBatchingWindowInSeconds: definition.maximumBatchingWindowSeconds,
        maximumRecordAgeInSeconds: definition.maximumRecordAgeSeconds,
        onPartialBatchItemFailure: definition.onPartialBatchItemFailure,
        deadLetterConfig: { arn: queues.streamFailures.queueArn },
      },
      filterCriteria: { filters: [{ pattern: JSON.stringify(definition.filter) }] },
    },
    targetParameters: { inputTemplate: definition.inputTemplate },
  })
}
