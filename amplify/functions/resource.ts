import { Duration, Stack } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as Target } from 'aws-cdk-lib/aws-events-targets'
import {
  Architecture,
  CfnEventSourceMapping,
  type FunctionProps,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import pipeline from '../../infra/pipeline.json' with { type: 'json' }
import type { Endpoint } from '../endpoint'
import type { Options } from '../options'
import type { Queues } from '../queue/resource'
import type { Records } from '../records/resource'
import { bundledCode, type FunctionName } from './bundle'
import { CATALOG_PATH, catalogLayers } from './catalog'
import { permissions } from './permissions'
import { createLogGroup, createRole } from './role'
import { snapStartProps } from './snapStart'

/** The resources that the functions use. */
export interface Dependencies {
  options: Options
  records: Records
  queues: Queues
  bucket: { bucketName: string; bucketArn: string }
  signingKey: { keyArn: string; keyId: string }
  api: { url: string; arn: string }
  userPool: { id: string; clientId: string }
}

export type Functions = Record<FunctionName, LambdaFunction>

/** The topics to which SageMaker publishes results of asynchronous invocations. */
export interface InferenceTopics {
  done: Topic
  failed: Topic
}

/** AppSync and API Gateway time out after 30 seconds. */
const API_SECONDS = 29

/** Timeout in seconds, and memory in MB. Lambda allocates CPU in proportion to memory. */
const SIZES: Record<FunctionName, { timeout: number; memory: number }> = {
  appsync: { timeout: API_SECONDS, memory: 1024 },
  http: { timeout: API_SECONDS, memory: 1024 },
  publisher: { timeout: pipeline.publisher.timeoutSeconds, memory: 512 },
  sweeper: { timeout: pipeline.sweeper.timeoutSeconds, memory: 512 },
  worker: { timeout: pipeline.worker.timeoutSeconds, memory: 1024 },
  completion: { timeout: pipeline.completion.timeoutSeconds, memory: 1024 },
  verifier: { timeout: pipeline.verifier.timeoutSeconds, memory: 1024 },
}

/** Settings that only some functions have. */
const SPECIFIC: Partial<Record<FunctionName, Partial<FunctionProps>>> = {
  // The worker sends a waiting job back to its queue. By default Lambda stops such a loop after 16
  // rounds, which is 5 minutes of a starting endpoint. The deadline of a generation ends it.
  worker: { recursiveLoop: RecursiveLoop.ALLOW },
  // The schedule invokes it again a minute later. Retries would only multiply alarms.
  sweeper: { retryAttempts: 0 },
}

/** Define the Python functions, each with its own role. */
export function defineFunctions(scope: Construct, dependencies: Dependencies): Functions {
  const { options, records, queues, bucket, signingKey, api } = dependencies
  const statements = permissions({
    table: records.table.attrArn,
    lists: records.index('lists'),
    due: records.index('due'),
    stream: records.streamArn,
    bucket: bucket.bucketArn,
    signingKey: signingKey.keyArn,
    certificates: `${bucket.bucketArn}/content-credentials/${signingKey.keyId}.pem`,
    publishField: `${api.arn}/types/Mutation/fields/publishGeneration`,
    endpoints: endpointArns(scope, options.endpoint),
    mode: options.endpoint.service === 'bedrock' ? 'bedrock' : options.endpoint.mode,
    queues,
  })
  const environments = environmentsFor(dependencies)
  const layers = catalogLayers(scope, options.catalog)
  const define = (name: FunctionName): LambdaFunction => {
    const title = name.charAt(0).toUpperCase() + name.slice(1)
    const logGroup = createLogGroup(scope, title)
    return new LambdaFunction(scope, title, {
      runtime: Runtime.PYTHON_3_13,
      architecture: Architecture.ARM_64,
      handler: `genai_studio.hosts.aws.functions.${name}.handler`,
      code: bundledCode(name),
      timeout: Duration.seconds(SIZES[name].timeout),
      memorySize: SIZES[name].memory,
      environment: environments[name],
      layers,
      tracing: Tracing.ACTIVE,
      logGroup,
      role: createRole(scope, title, { logGroup, traced: true, statements: statements[name] }),
      ...SPECIFIC[name],
      ...snapStartProps(name, options.snapStart),
      reservedConcurrentExecutions: options.reservedConcurrency[name],
    })
  }
  return {
    appsync: define('appsync'),
    http: define('http'),
    publisher: define('publisher'),
    sweeper: define('sweeper'),
    worker: define('worker'),
    completion: define('completion'),
    verifier: define('verifier'),
  }
}

/** Return the ARNs that the worker invokes. */
function endpointArns(scope: Construct, endpoint: Endpoint): string[] {
  if (endpoint.service === 'bedrock') {
    // Foundation models belong to no account.
    const arn = {
      service: 'bedrock',
      region: endpoint.region,
      account: '',
      resource: 'foundation-model',
      resourceName: endpoint.model,
    }
    return [Stack.of(scope).formatArn(arn)]
  }
  return [
    sagemakerArn(scope, 'endpoint', endpoint.name),
    ...(endpoint.component === null
      ? []
      : [sagemakerArn(scope, 'inference-component', endpoint.component)]),
  ]
}

/** SageMaker names are case-insensitive; IAM ARNs contain them in lower case. */
function sagemakerArn(scope: Construct, resource: string, name: string): string {
  const resourceName = name.toLowerCase()
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName })
}

function endpointVariables(endpoint: Endpoint): Record<string, string> {
  if (endpoint.service === 'bedrock') {
    return {
      GENAI_STUDIO_BEDROCK_MODEL: endpoint.model,
      GENAI_STUDIO_BEDROCK_REGION: endpoint.region,
    }
  }
  return {
    AWS_SM_EP: [endpoint.name, endpoint.component].filter(Boolean).join('/'),
    GENAI_STUDIO_SAGEMAKER_MODEL: endpoint.model,
    GENAI_STUDIO_SAGEMAKER_MODE: endpoint.mode,
  }
}

function environmentsFor(dependencies: Dependencies): Record<FunctionName, Record<string, string>> {
  const { options, queues } = dependencies
  const isAsync = options.endpoint.service === 'sagemaker' && options.endpoint.mode === 'async'
  const common = {
    GENAI_STUDIO_RECORDS_TABLE: dependencies.records.table.ref,
    OUT_S3_BUCKET_NAME: dependencies.bucket.bucketName,
    ...endpointVariables(options.endpoint),
    ...(options.catalog !== null && { GENAI_STUDIO_CATALOG: CATALOG_PATH }),
    GENAI_STUDIO_DAILY_IMAGES: String(options.dailyImages),
    GENAI_STUDIO_DAILY_IMAGES_STUDIO: String(options.dailyImagesStudio),
    GENAI_STUDIO_UNFINISHED_PER_USER: String(options.unfinishedPerUser),
  }
  // It also names the certificates, with which signatures are validated.
  const verifier = { ...common, GENAI_STUDIO_SIGNING_KEY: dependencies.signingKey.keyArn }
  const publisher = { ...common, GENAI_STUDIO_APPSYNC_URL: dependencies.api.url }
  const completion = {
    ...publisher,
    GENAI_STUDIO_SIGNING_KEY: verifier.GENAI_STUDIO_SIGNING_KEY,
    ...(options.contentProducer !== null && {
      GENAI_STUDIO_CONTENT_PRODUCER: options.contentProducer,
    }),
    GENAI_STUDIO_DOWNLOAD_LABEL: options.downloadLabel,
  }
  const worker = { ...completion, GENAI_STUDIO_QUEUE_URL: queues.work.queueUrl }
  const http = {
    ...verifier,
    GENAI_STUDIO_COGNITO_USER_POOL: dependencies.userPool.id,
    GENAI_STUDIO_COGNITO_CLIENT: dependencies.userPool.clientId,
    ...(options.corsOrigins.length > 0 && {
      GENAI_STUDIO_CORS_ORIGINS: options.corsOrigins.join(','),
    }),
  }
  return {
    appsync: common,
    http,
    publisher,
    worker,
    completion,
    verifier,
    sweeper: {
      ...common,
      GENAI_STUDIO_DEAD_LETTER_QUEUE_URL: queues.deadLetter.queueUrl,
      ...(isAsync && { GENAI_STUDIO_QUEUE_URL: queues.work.queueUrl }),
    },
  }
}

/** Connect the functions to the change stream, the queue, the schedule and SageMaker's topics. */
export function defineEventSources(
  scope: Construct,
  functions: Functions,
  records: Records,
  queues: Queues,
  options: Options,
): InferenceTopics {
  const { publisher, worker, sweeper } = pipeline
  new CfnEventSourceMapping(scope, 'PublisherSource', {
    functionName: functions.publisher.functionName,
    eventSourceArn: records.streamArn,
    startingPosition: publisher.startingPosition,
    batchSize: publisher.batchSize,
    parallelizationFactor: publisher.parallelizationFactor,
    filterCriteria: { filters: [{ pattern: JSON.stringify(publisher.filter) }] },
    maximumRetryAttempts: publisher.maximumRetryAttempts,
    bisectBatchOnFunctionError: publisher.bisectBatchOnFunctionError,
    functionResponseTypes: ['ReportBatchItemFailures'],
    destinationConfig: { onFailure: { destination: queues.streamFailures.queueArn } },
  })
  new CfnEventSourceMapping(scope, 'WorkerSource', {
    functionName: functions.worker.functionName,
    eventSourceArn: queues.work.queueArn,
    batchSize: worker.batchSize,
    scalingConfig: { maximumConcurrency: options.workerConcurrency },
    functionResponseTypes: ['ReportBatchItemFailures'],
  })
  new Rule(scope, 'Clock', {
    schedule: Schedule.rate(Duration.minutes(sweeper.rateMinutes)),
    // The schedule retries a minute later anyway.
    targets: [new Target(functions.sweeper, { retryAttempts: 0 })],
  })
  return {
    done: inferenceTopic(scope, 'Done', functions),
    failed: inferenceTopic(scope, 'Failed', functions),
  }
}

function inferenceTopic(scope: Construct, name: string, functions: Functions): Topic {
  const topic = new Topic(scope, `Inference${name}`, { enforceSSL: true })
  topic.addSubscription(new LambdaSubscription(functions.completion))
  return topic
}
