import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnPipe } from 'aws-cdk-lib/aws-pipes'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import pipeline from '../../infra/pipeline.json' with { type: 'json' }
import { allow } from '../functions/role'
import type { Records } from '../records/resource'

export interface Queues {
  /** What is to be drawn: owner and id of a generation. */
  work: Queue
  /** What could not be drawn after so many attempts. */
  dead: Queue
  /** Where in the stream lies what could not be carried on. */
  missed: Queue
}

/** The queues, by `infra/pipeline.json`, and the pipe that fills them from the records' stream. */
export function defineQueue(scope: Construct, records: Records): Queues {
  const dead = queue(scope, 'DeadLetters', {
    retentionPeriod: Duration.seconds(pipeline.deadLetterQueue.messageRetentionSeconds),
  })
  const work = queue(scope, 'Work', {
    visibilityTimeout: Duration.seconds(pipeline.queue.visibilityTimeoutSeconds),
    retentionPeriod: Duration.seconds(pipeline.queue.messageRetentionSeconds),
    deadLetterQueue: { queue: dead, maxReceiveCount: pipeline.queue.maxReceiveCount },
  })
  const missed = queue(scope, 'Missed', { retentionPeriod: Duration.days(14) })
  const queues = { work, dead, missed }
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

/** What reading a stream takes. DynamoDB lists streams of an account, not of a table. */
export function streamRights(streamArn: string) {
  return [
    allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      [streamArn],
    ),
    allow(['dynamodb:ListStreams'], ['*']),
  ]
}

function pipe(scope: Construct, records: Records, queues: Queues): void {
  const { pipe: wanted } = pipeline
  const role = new Role(scope, 'PipeRole', {
    assumedBy: new ServicePrincipal('pipes.amazonaws.com'),
    inlinePolicies: {
      rights: new PolicyDocument({
        statements: [
          ...streamRights(records.streamArn),
          allow(['sqs:SendMessage'], [queues.work.queueArn, queues.missed.queueArn]),
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
        startingPosition: wanted.startingPosition,
        batchSize: wanted.batchSize,
        maximumBatchingWindowInSeconds: wanted.maximumBatchingWindowSeconds,
        maximumRecordAgeInSeconds: wanted.maximumRecordAgeSeconds,
        onPartialBatchItemFailure: wanted.onPartialBatchItemFailure,
        deadLetterConfig: { arn: queues.missed.queueArn },
      },
      filterCriteria: { filters: [{ pattern: JSON.stringify(wanted.filter) }] },
    },
    targetParameters: { inputTemplate: wanted.inputTemplate },
  })
}
