import { defineBackend } from '@aws-amplify/backend'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { auth, closeSignUp } from './auth/resource'
import { defineApi, defineResolvers } from './data/resource'
import { defineFunctions, defineSources } from './functions/resource'
import { defineHosting } from './hosting/resource'
import { defineHttp } from './http/resource'
import { defineWatching } from './monitoring/resource'
import { acknowledge } from './nag'
import { readOptions } from './options'
import { defineQueue } from './queue/resource'
import { defineRecords } from './records/resource'
import { defineStorage } from './storage/resource'

const options = readOptions(process.env)
const backend = defineBackend({ auth })
closeSignUp(backend.auth, options)

// All else lies in one stack: its parts know each other both ways, which stacks must not.
const studio = backend.createStack('studio')
const { userPool, userPoolClient } = backend.auth.resources
const members = { id: userPool.userPoolId, clientId: userPoolClient.userPoolClientId }

const hosting = defineHosting(studio, {
  type: studio.node.getContext('amplify-backend-type'),
  namespace: studio.node.getContext('amplify-backend-namespace'),
  name: studio.node.getContext('amplify-backend-name'),
})
const records = defineRecords(studio)
const queues = defineQueue(studio, records)
const bucket = defineStorage(studio, [hosting.origin, ...options.corsOrigins])
const api = defineApi(studio, members.id)
const functions = defineFunctions(studio, {
  options,
  records,
  queues,
  bucket,
  api,
  userPool: members,
})
defineResolvers(studio, api, functions.appsync)
const notices = defineSources(studio, functions, records, queues)
const http = defineHttp(studio, functions.http, members)
defineWatching(studio, { functions, queues, options })

// What the page, the command line and the tools of infra/deploy read; Amplify adds `auth`.
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
    endpoint: options.endpoint,
    inference_done_topic: notices.done.topicArn,
    inference_failed_topic: notices.failed.topicArn,
  },
})

acknowledge(backend.stack, backend.auth.stack, studio)
/** The whole backend, for tests that look into it. */
export const app = App.of(backend.stack)
if (app === undefined) throw new TypeError('A backend is an app.')
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
