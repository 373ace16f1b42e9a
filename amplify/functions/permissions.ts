import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { EndpointMode } from '../endpoint'
import type { Queues } from '../queue/resource'
import { streamPermissions } from '../queue/resource'
import { UPLOADS } from '../storage/resource'
import type { FunctionName } from './bundle'
import { allow } from './role'

/** The resources that functions access, by ARN. */
export interface Targets {
  table: string
  lists: string
  due: string
  stream: string
  bucket: string
  signingKey: string
  /** The object with the certificates of the signing key. */
  certificates: string
  /** `Mutation.publishGeneration`, the only API field that functions call. */
  publishField: string
  /** The endpoint and its inference component if one is configured, or the model in Bedrock. */
  endpoints: readonly string[]
  /** How they are invoked. */
  mode: EndpointMode | 'bedrock'
  queues: Queues
}

const INVOKE: Record<Targets['mode'], string[]> = {
  'real-time': ['sagemaker:InvokeEndpoint'],
  // InvokeEndpointWithResponseStream also requires InvokeEndpoint.
  streaming: ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'],
  async: ['sagemaker:InvokeEndpointAsync'],
  bedrock: ['bedrock:InvokeModel'],
}

/**
 * List the permissions of each function: exactly the calls that it makes. `tests/infra/permissions`
 * compares them with the calls that the cloud rehearsal recorded.
 */
export function permissions(targets: Targets): Record<FunctionName, PolicyStatement[]> {
  const { table, queues, mode } = targets
  const objects = `${targets.bucket}/*`

  const readRecord = allow(['dynamodb:GetItem'], [table])
  // TransactWriteItems needs the permissions of its parts. It also refunds quota.
  const saveRecord = allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], [table])
  const publish = allow(['appsync:GraphQL'], [targets.publishField])
  // A presigned URL has the permissions of the role that signs it.
  const readImages = allow(['s3:GetObject'], [objects])
  // Users send uploads with requests that the API presigns. The API also stores decoded uploads.
  const uploads = [
    allow(['s3:PutObject'], [`${targets.bucket}/${UPLOADS}*`]),
    allow(['s3:ListBucket'], [targets.bucket], { StringLike: { 's3:prefix': `${UPLOADS}*` } }),
  ]
  const writeImages = [
    allow(['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], [objects]),
    allow(['s3:ListBucket'], [targets.bucket]),
  ]
  // The public key goes into the certificate that the first signing function creates.
  const signImages = allow(['kms:GetPublicKey', 'kms:Sign'], [targets.signingKey])
  const api = [
    allow(['dynamodb:BatchGetItem'], [table]),
    allow(['dynamodb:Query'], [table, targets.lists]),
    allow(['dynamodb:DeleteItem'], [table]),
    readRecord,
    saveRecord,
    readImages,
    ...uploads,
  ]
  return {
    appsync: api,
    http: api,
    publisher: [
      allow(['dynamodb:BatchWriteItem'], [table]),
      readRecord,
      ...streamPermissions(targets.stream),
      allow(['s3:DeleteObject', 's3:GetObject'], [objects]),
      allow(['s3:ListBucket'], [targets.bucket]),
      publish,
      allow(['sqs:SendMessage'], [queues.streamFailures.queueArn]),
    ],
    worker: [
      readRecord,
      saveRecord,
      ...writeImages,
      signImages,
      allow(INVOKE[mode], targets.endpoints),
      // An asynchronous endpoint reports no progress, so there is nothing to publish.
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
    completion: [readRecord, saveRecord, ...writeImages, signImages],
    verifier: [
      readRecord,
      allow(['s3:GetObject'], [`${targets.bucket}/*.png`, targets.certificates]),
    ],
    sweeper: [
      allow(['dynamodb:Query'], [targets.due]),
      // The sweeper indexes records again after a release changed the search terms.
      allow(['dynamodb:BatchWriteItem', 'dynamodb:Scan'], [table]),
      readRecord,
      saveRecord,
      // In async mode the sweeper enqueues a worker to collect results whose notification was lost.
      ...(mode === 'async' ? [allow(['sqs:SendMessage'], [queues.work.queueArn])] : []),
      allow(['sqs:ChangeMessageVisibility', 'sqs:ReceiveMessage'], [queues.deadLetter.queueArn]),
    ],
  }
}
