import { CfnResource, type Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import { UPLOADS } from './storage/resource'

type Reasons = Record<string, string>

const ROLES = ['Appsync', 'Http', 'Publisher', 'Sweeper', 'Worker', 'Completion', 'Verifier']

/** Acknowledge cdk-nag findings that are intended, per construct, with the reason. */
export function acknowledgeFindings(backend: Stack, auth: Stack, studio: Stack): void {
  acknowledgeLinker(backend)
  acknowledgeAt(auth, {
    'AwsSolutions-COG2':
      'A second factor (TOTP) is optional, because users protect only their own images. An ' +
      'operator can require it by changing one line.',
    'AwsSolutions-COG8':
      'The Plus tier charges for each monthly active user. Sign-up is restricted, so its bot ' +
      'protection adds little.',
  })
  for (const role of [...ROLES.map((name) => `${name}Role`), 'PipeRole']) {
    acknowledgeAt(studio.node.findChild(role), {
      'AwsSolutions-IAM5[Resource::*]':
        'X-Ray (PutTraceSegments, PutTelemetryRecords) and dynamodb:ListStreams have no ' +
        'resource-level permissions.',
    })
  }
  const images = logicalId(studio, studio.node.findChild('Pictures'))
  for (const name of ROLES.filter((one) => one !== 'Sweeper' && one !== 'Verifier')) {
    acknowledgeAt(studio.node.findChild(`${name}Role`), {
      [`AwsSolutions-IAM5[Resource::<${images}.Arn>/*]`]:
        'Only the studio uses the bucket. Keys start with the owner, which is known only per request.',
    })
  }
  acknowledgeAt(studio.node.findChild('VerifierRole'), {
    [`AwsSolutions-IAM5[Resource::<${images}.Arn>/*.png]`]:
      'Images of all users. Their keys start with the owner, which is known only per request.',
  })
  for (const name of ['Appsync', 'Http']) {
    acknowledgeAt(studio.node.findChild(`${name}Role`), {
      [`AwsSolutions-IAM5[Resource::<${images}.Arn>/${UPLOADS}*]`]:
        'Uploads of all users. Their keys start with the owner, which is known only per request.',
    })
  }
  for (const name of ROLES) {
    acknowledgeAt(studio.node.findChild(name), {
      'AwsSolutions-L1':
        'Bundles contain bytecode and libraries for the Python version in infra/lambda/bundles.toml.',
    })
  }
  acknowledgeAt(studio.node.findChild('Pictures'), {
    'AwsSolutions-S1':
      'Access logs contain query strings, and the query string of a presigned URL grants access.',
  })
  acknowledgeAt(studio.node.findChild('Api'), {
    'AwsSolutions-ASC3':
      'Requests are logged without documents and variables, because these contain prompts.',
  })
  acknowledgeAt(studio.node.findChild('Missed'), {
    'AwsSolutions-SQS3':
      'This queue is itself a dead-letter queue: the on-failure destination of the stream readers.',
  })
  acknowledgeAt(studio.node.findChild('HttpApi'), {
    'AwsSolutions-APIG4':
      'GraphiQL’s page and files are public, because users load them before they sign in, and a ' +
      'CORS preflight (OPTIONS) carries no token. Routes that serve data require a token.',
  })
}

/** Acknowledge findings at the construct that Amplify Hosting builds add to link the branch. */
function acknowledgeLinker(backend: Stack): void {
  const linker = backend.node.tryFindChild('AmplifyBranchLinker')
  if (linker === undefined) return
  const handler = logicalId(backend, linker.node.findChild('CustomResourceLambda'))
  const context = (name: string) => backend.node.getContext(`amplify-backend-${name}`)
  const branch = `apps/${context('namespace')}/branches/${context('name')}`
  const reason =
    'Amplify adds this construct to link the stack to its branch. The project cannot change it.'
  const basic = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
  acknowledgeAt(linker, {
    [`AwsSolutions-IAM4[Policy::${basic}]`]: reason,
    [`AwsSolutions-IAM5[Resource::arn:aws:amplify:*:*:${branch}]`]: reason,
    [`AwsSolutions-IAM5[Resource::<${handler}.Arn>:*]`]: reason,
    'AwsSolutions-L1': reason,
  })
}

function acknowledgeAt(construct: IConstruct, reasons: Reasons): void {
  Validations.of(construct).acknowledge(
    ...Object.entries(reasons).map(([id, reason]) => ({ id, reason })),
  )
}

function logicalId(stack: Stack, construct: IConstruct): string {
  const { defaultChild } = construct.node
  if (!CfnResource.isCfnResource(defaultChild))
    throw new TypeError('The construct has no CloudFormation resource.')
  return stack.resolve(defaultChild.logicalId)
}
