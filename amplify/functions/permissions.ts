import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { EndpointMode } from '../options'
import type { Queues } from '../queue/resource'
import { streamRights } from '../queue/resource'
import type { FunctionName } from './bundle'
import { allow } from './role'

/** What functions act on, by ARN. */
export interface Things {
  table: string
  lists: string
  due: string
  stream: string
  bucket: string
  /** `Mutation.publishGeneration` and nothing else of the API. */
  publishField: string
  /** The endpoint, and its inference component where one is called. */
  called: readonly string[]
  mode: EndpointMode
  queues: Queues
}

const INVOKE: Record<EndpointMode, string[]> = {
  'real-time': ['sagemaker:InvokeEndpoint'],
  // SageMaker demands the first for the second.
  streaming: ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'],
  async: ['sagemaker:InvokeEndpointAsync'],
}

/**
 * What each function may do: what it does, and no more. `tests/infra` holds this against the calls
 * that the rehearsal of the cloud recorded.
 */
export function rights(things: Things): Record<FunctionName, PolicyStatement[]> {
  const { table, queues, mode } = things
  const objects = `${things.bucket}/*`

  const readRecord = allow(['dynamodb:GetItem'], [table])
  // A transaction, which also gives quota back, needs the rights of its parts.
  const saveRecord = allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], [table])
  const publish = allow(['appsync:GraphQL'], [things.publishField])
  // Links are signed with the role's own right to read.
  const showPictures = allow(['s3:GetObject'], [objects])
  const keepPictures = [
    allow(['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], [objects]),
    allow(['s3:ListBucket'], [things.bucket]),
  ]
  const api = [
    allow(['dynamodb:BatchGetItem'], [table]),
    allow(['dynamodb:Query'], [table, things.lists]),
    allow(['dynamodb:DeleteItem'], [table]),
    readRecord,
    saveRecord,
    showPictures,
  ]
  return {
    appsync: api,
    http: api,
    publisher: [
      allow(['dynamodb:BatchWriteItem'], [table]),
      readRecord,
      ...streamRights(things.stream),
      allow(['s3:DeleteObject', 's3:GetObject'], [objects]),
      allow(['s3:ListBucket'], [things.bucket]),
      publish,
      allow(['sqs:SendMessage'], [queues.missed.queueArn]),
    ],
    worker: [
      readRecord,
      saveRecord,
      ...keepPictures,
      allow(INVOKE[mode], things.called),
      // Of what answers later, no progress is known that could be told.
      ...(mode === 'async' ? [] : [publish]),
      allow(
        [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
          'sqs:SendMessage',
        ],
        [queues.work.queueArn],
      ),
    ],
    completion: [readRecord, saveRecord, ...keepPictures],
    sweeper: [
      allow(['dynamodb:Query'], [things.due]),
      readRecord,
      saveRecord,
      // Where answers come later, a worker is called to look for one that nobody told of.
      ...(mode === 'async' ? [allow(['sqs:SendMessage'], [queues.work.queueArn])] : []),
      allow(['sqs:ChangeMessageVisibility', 'sqs:ReceiveMessage'], [queues.dead.queueArn]),
    ],
  }
}
