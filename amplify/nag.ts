import { CfnResource, type Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

type Reasons = Record<string, string>

const ROLES = ['Appsync', 'Http', 'Publisher', 'Sweeper', 'Worker', 'Completion']

/** What cdk-nag finds and is meant to be so, by the construct that it finds it at, with the reason. */
export function acknowledge(backend: Stack, auth: Stack, studio: Stack): void {
  acknowledgeLinker(backend)
  at(auth, {
    'AwsSolutions-COG2':
      'A second factor (TOTP) is offered to everybody and demanded of nobody: people are artists, ' +
      'and what they guard are pictures of their own. An operator can demand it in one line.',
    'AwsSolutions-COG8':
      'The plus tier is charged for every user each month. Sign-up is closed, which leaves its ' +
      'protection against bots little to do.',
  })
  for (const role of [...ROLES.map((name) => `${name}Role`), 'PipeRole']) {
    at(studio.node.findChild(role), {
      'AwsSolutions-IAM5[Resource::*]':
        'X-Ray (PutTraceSegments, PutTelemetryRecords) and dynamodb:ListStreams know no resources.',
    })
  }
  const pictures = logicalId(studio, studio.node.findChild('Pictures'))
  for (const name of ROLES.filter((one) => one !== 'Sweeper')) {
    at(studio.node.findChild(`${name}Role`), {
      [`AwsSolutions-IAM5[Resource::<${pictures}.Arn>/*]`]:
        'The bucket is the studio’s alone, and keys begin with the owner, whom only a request names.',
    })
  }
  for (const name of ROLES) {
    at(studio.node.findChild(name), {
      'AwsSolutions-L1':
        'Bundles hold bytecode and libraries of one Python, which infra/lambda/bundles.toml names.',
    })
  }
  at(studio.node.findChild('Pictures'), {
    'AwsSolutions-S1':
      'Access logs hold query strings, and those of links to pictures are what opens them.',
  })
  at(studio.node.findChild('Api'), {
    'AwsSolutions-ASC3':
      'Requests are logged without their documents and variables, which hold prompts.',
  })
  at(studio.node.findChild('Missed'), {
    'AwsSolutions-SQS3': 'It is a dead-letter queue: the stream’s, which no queue stands behind.',
  })
  at(studio.node.findChild('HttpApi'), {
    'AwsSolutions-APIG4':
      'GraphiQL’s page and files are public, or nobody could load them to sign in, and browsers ' +
      'send no token when they ask before a call (OPTIONS). Where data is, a token is demanded.',
  })
}

/** What Amplify itself puts beside the backend in a build of its own, to show it in its console. */
function acknowledgeLinker(backend: Stack): void {
  const linker = backend.node.tryFindChild('AmplifyBranchLinker')
  if (linker === undefined) return
  const called = logicalId(backend, linker.node.findChild('CustomResourceLambda'))
  const context = (name: string) => backend.node.getContext(`amplify-backend-${name}`)
  const branch = `apps/${context('namespace')}/branches/${context('name')}`
  const reason =
    'Amplify’s own construct links the stack to its branch, and is deployed as it comes.'
  const basic = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
  at(linker, {
    [`AwsSolutions-IAM4[Policy::${basic}]`]: reason,
    [`AwsSolutions-IAM5[Resource::arn:aws:amplify:*:*:${branch}]`]: reason,
    [`AwsSolutions-IAM5[Resource::<${called}.Arn>:*]`]: reason,
    'AwsSolutions-L1': reason,
  })
}

function at(construct: IConstruct, reasons: Reasons): void {
  Validations.of(construct).acknowledge(
    ...Object.entries(reasons).map(([id, reason]) => ({ id, reason })),
  )
}

function logicalId(stack: Stack, construct: IConstruct): string {
  const { defaultChild } = construct.node
  if (!CfnResource.isCfnResource(defaultChild)) throw new TypeError('It has no resource.')
  return stack.resolve(defaultChild.logicalId)
}
