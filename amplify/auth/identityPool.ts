import type { defineAuth } from '@aws-amplify/backend'
import type { Stack } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

type BackendAuth = Pick<ReturnType<ReturnType<typeof defineAuth>['getInstance']>, 'resources'>

const METADATA = 'AWS::Amplify::Auth'
const OUTPUTS = ['identityPoolId', 'allowUnauthenticatedIdentities']

/**
 * Remove the identity pool that Amplify always defines. It exchanges tokens of the user pool for AWS
 * credentials, which no part of the studio uses. Clients that know its ID call a second service
 * (cognito-identity) at every sign-in.
 *
 * @param root - The stack that has the outputs.
 */
export function removeIdentityPool({ resources }: BackendAuth, root: Stack): void {
  const { cfnIdentityPool, cfnIdentityPoolRoleAttachment } = resources.cfnResources
  for (const construct of [
    cfnIdentityPoolRoleAttachment,
    cfnIdentityPool,
    resources.authenticatedUserIamRole,
    resources.unauthenticatedUserIamRole,
  ]) {
    remove(construct)
  }
  for (const name of OUTPUTS) remove(root.node.findChild(name))
  const metadata = root.templateOptions.metadata?.[METADATA]
  root.addMetadata(METADATA, {
    ...metadata,
    stackOutputs: metadata.stackOutputs.filter((name: string) => !OUTPUTS.includes(name)),
  })
}

function remove(construct: IConstruct): void {
  if (!construct.node.scope?.node.tryRemoveChild(construct.node.id))
    throw new TypeError(`${construct.node.path} cannot be removed.`)
}
