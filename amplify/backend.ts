import { defineBackend } from '@aws-amplify/backend'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { removeIdentityPool } from './auth/identityPool'
import { auth, restrictSignUp } from './auth/resource'
import { limitRequests } from './data/requestLimit'
import { defineApi, defineResolvers } from './data/resource'
import { defineEventSources, defineFunctions } from './functions/resource'
import { invokedFunctions } from './functions/snapStart'
import { defineHosting } from './hosting/resource'
import { defineHttp } from './http/resource'
import { defineMonitoring } from './monitoring/resource'
import { acknowledgeFindings } from './nag'
import { readOptions } from './options'
import { defineQueue } from './queue/resource'
import { defineRecords } from './records/resource'
import { defineSigningKey } from './signing/resource'
import { defineStorage } from './storage/resource'

const options = readOptions(process.env)
const backend = defineBackend({ auth })
restrictSignUp(backend.auth, options)
removeIdentityPool(backend.auth, backend.stack)

// Everything else shares one stack: its resources refer to each other in both directions, and
// CloudFormation rejects circular references between stacks.
const studio = backend.createStack('studio')
const { userPool, userPoolClient } = backend.auth.resources
const userPoolIds = { id: userPool.userPoolId, clientId: userPoolClient.userPoolClientId }

const hosting = defineHosting(studio, {
  type: studio.node.getContext('amplify-backend-type'),
  namespace: studio.node.getContext('amplify-backend-namespace'),
  name: studio.node.getContext('amplify-backend-name'),
})
const records = defineRecords(studio)
const queues = defineQueue(studio, records)
const bucket = defineStorage(studio, [hosting.origin, ...options.corsOrigins])
const signingKey = defineSigningKey(studio)
const api = defineApi(studio, userPoolIds.id)
limitRequests(studio, api, options)
const functions = defineFunctions(studio, {
  options,
  records,
  queues,
  bucket,
  signingKey,
  api,
  userPool: userPoolIds,
})
const invoked = invokedFunctions(functions, options.snapStart)
defineResolvers(studio, api, { appsync: invoked.appsync, verifier: functions.verifier })
const topics = defineEventSources(studio, functions, records, queues, options)
const http = defineHttp(studio, invoked.http, userPoolIds)
defineMonitoring(studio, { functions, queues, options })

// Read by the page, the command line and infra/deploy. Amplify adds `auth`.
backend.addOutput({
  data: {
    url: api.url,
    aws_region: studio.region,
    default_authorization_type: 'AMAZON_COGNITO_USER_POOLS',
    authorization_types: ['AWS_IAM'],
  },
  storage: { bucket_name: bucket.bucketName, aws_region: studio.region },
  custom: {
    http_url: `${http.apiEndpoint}/graphql`,
    page_url: hosting.origin,
    ...(hosting.appId !== null && { page_app_id: hosting.appId }),
    records_table: records.table.ref,
    ...(options.endpoint.service === 'bedrock'
      ? { bedrock_model: options.endpoint.model }
      : { endpoint: options.endpoint.name }),
    daily_images_studio: options.dailyImagesStudio,
    worker_concurrency: options.workerConcurrency,
    inference_done_topic: topics.done.topicArn,
    inference_failed_topic: topics.failed.topicArn,
  },
})

acknowledgeFindings(backend.stack, backend.auth.stack, studio)
/** The CDK app. Exported for tests that inspect its constructs. */
export const app = App.of(backend.stack)
if (app === undefined) throw new TypeError('The backend stack belongs to no CDK app.')
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
