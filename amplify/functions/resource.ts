import { Duration, Stack } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as Target } from 'aws-cdk-lib/aws-events-targets'
import {
  Architecture,
  CfnEventSourceMapping,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import pipeline from '../../infra/pipeline.json' with { type: 'json' }
import type { Options } from '../options'
import type { Queues } from '../queue/resource'
import type { Records } from '../records/resource'
import { bundledCode, type FunctionName } from './bundle'
import { rights } from './permissions'
import { logsOf, roleOf } from './role'

/** What the functions stand on. */
export interface Surroundings {
  options: Options
  records: Records
  queues: Queues
  bucket: { bucketName: string; bucketArn: string }
  api: { url: string; arn: string }
  userPool: { id: string; clientId: string }
}

export type Functions = Record<FunctionName, LambdaFunction>

/** Where SageMaker says that an asynchronous call is over. */
export interface Notices {
  done: Topic
  failed: Topic
}

/** AppSync and API Gateway wait for 30 seconds. */
const API_SECONDS = 29

/** Seconds, and megabytes of memory, with which the share of a processor grows. */
const SIZES: Record<FunctionName, { timeout: number; memory: number }> = {
  appsync: { timeout: API_SECONDS, memory: 1024 },
  http: { timeout: API_SECONDS, memory: 1024 },
  publisher: { timeout: pipeline.publisher.timeoutSeconds, memory: 512 },
  sweeper: { timeout: pipeline.sweeper.timeoutSeconds, memory: 512 },
  worker: { timeout: pipeline.worker.timeoutSeconds, memory: 1024 },
  completion: { timeout: pipeline.completion.timeoutSeconds, memory: 1024 },
}

/** The Python functions, each with a role of its own. */
export function defineFunctions(scope: Construct, around: Surroundings): Functions {
  const { options, records, queues, bucket, api } = around
  const allowed = rights({
    table: records.table.attrArn,
    lists: records.index('lists'),
    due: records.index('due'),
    stream: records.streamArn,
    bucket: bucket.bucketArn,
    publishField: `${api.arn}/types/Mutation/fields/publishGeneration`,
    called: [
      sagemakerArn(scope, 'endpoint', options.endpoint),
      ...(options.component === null
        ? []
        : [sagemakerArn(scope, 'inference-component', options.component)]),
    ],
    mode: options.mode,
    queues,
  })
  const environments = environmentsOf(around)
  const made = (name: FunctionName): LambdaFunction => {
    const title = name.charAt(0).toUpperCase() + name.slice(1)
    const logGroup = logsOf(scope, title)
    return new LambdaFunction(scope, title, {
      runtime: Runtime.PYTHON_3_13,
      architecture: Architecture.ARM_64,
      handler: `genai_studio.hosts.aws.functions.${name}.handler`,
      code: bundledCode(name),
      timeout: Duration.seconds(SIZES[name].timeout),
      memorySize: SIZES[name].memory,
      environment: environments[name],
      tracing: Tracing.ACTIVE,
      logGroup,
      role: roleOf(scope, title, { logGroup, traced: true, statements: allowed[name] }),
    })
  }
  return {
    appsync: made('appsync'),
    http: made('http'),
    publisher: made('publisher'),
    sweeper: made('sweeper'),
    worker: made('worker'),
    completion: made('completion'),
  }
}

/** SageMaker compares names without case, and IAM knows them in small letters. */
function sagemakerArn(scope: Construct, resource: string, name: string): string {
  const resourceName = name.toLowerCase()
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName })
}

function environmentsOf(around: Surroundings): Record<FunctionName, Record<string, string>> {
  const { options, queues } = around
  const studio = {
    GENAI_STUDIO_RECORDS_TABLE: around.records.table.ref,
    OUT_S3_BUCKET_NAME: around.bucket.bucketName,
    AWS_SM_EP: [options.endpoint, options.component].filter(Boolean).join('/'),
    GENAI_STUDIO_SAGEMAKER_MODEL: options.model,
    GENAI_STUDIO_SAGEMAKER_MODE: options.mode,
    GENAI_STUDIO_DAILY_PICTURES: String(options.dailyPictures),
    GENAI_STUDIO_DAILY_PICTURES_STUDIO: String(options.dailyPicturesStudio),
  }
  const publishing = { ...studio, GENAI_STUDIO_APPSYNC_URL: around.api.url }
  const working = { ...publishing, GENAI_STUDIO_QUEUE_URL: queues.work.queueUrl }
  const people = {
    ...studio,
    GENAI_STUDIO_COGNITO_USER_POOL: around.userPool.id,
    GENAI_STUDIO_COGNITO_CLIENT: around.userPool.clientId,
    ...(options.corsOrigins.length > 0 && {
      GENAI_STUDIO_CORS_ORIGINS: options.corsOrigins.join(','),
    }),
  }
  return {
    appsync: studio,
    http: people,
    publisher: publishing,
    worker: working,
    completion: publishing,
    sweeper: {
      ...studio,
      GENAI_STUDIO_DEAD_LETTER_QUEUE_URL: queues.dead.queueUrl,
      ...(options.mode === 'async' && { GENAI_STUDIO_QUEUE_URL: queues.work.queueUrl }),
    },
  }
}

/** What calls each function: the stream, the queue, the clock, SageMaker's notices. */
export function defineSources(
  scope: Construct,
  functions: Functions,
  records: Records,
  queues: Queues,
): Notices {
  const { publisher, worker, sweeper } = pipeline
  new CfnEventSourceMapping(scope, 'PublisherSource', {
    functionName: functions.publisher.functionName,
    eventSourceArn: records.streamArn,
    startingPosition: publisher.startingPosition,
    batchSize: publisher.batchSize,
    maximumRetryAttempts: publisher.maximumRetryAttempts,
    bisectBatchOnFunctionError: publisher.bisectBatchOnFunctionError,
    functionResponseTypes: ['ReportBatchItemFailures'],
    destinationConfig: { onFailure: { destination: queues.missed.queueArn } },
  })
  new CfnEventSourceMapping(scope, 'WorkerSource', {
    functionName: functions.worker.functionName,
    eventSourceArn: queues.work.queueArn,
    batchSize: worker.batchSize,
    scalingConfig: { maximumConcurrency: worker.maximumConcurrency },
    functionResponseTypes: ['ReportBatchItemFailures'],
  })
  new Rule(scope, 'Clock', {
    schedule: Schedule.rate(Duration.minutes(sweeper.rateMinutes)),
    // The next minute tries again by itself.
    targets: [new Target(functions.sweeper, { retryAttempts: 0 })],
  })
  return { done: notice(scope, 'Done', functions), failed: notice(scope, 'Failed', functions) }
}

function notice(scope: Construct, name: string, functions: Functions): Topic {
  const topic = new Topic(scope, `Inference${name}`, { enforceSSL: true })
  topic.addSubscription(new LambdaSubscription(functions.completion))
  return topic
}
