import { CfnApp, CfnBranch } from 'aws-cdk-lib/aws-amplify'
import type { Construct } from 'constructs'
import customRules from '../../infra/page-rules.json' with { type: 'json' }

export interface Hosting {
  origin: string
  /** Null if Amplify builds the page from a connected Git repository. */
  appId: string | null
}

const BRANCH = 'main'

/**
 * Define the Amplify app that serves the page. When deployed from a clone, the app has no
 * repository and `make deploy` uploads the built page. In an Amplify Hosting build the app already
 * exists, and the backend's namespace is its ID.
 */
export function defineHosting(
  scope: Construct,
  backend: { type: string; namespace: string; name: string },
): Hosting {
  if (backend.type === 'branch') {
    const branch = backend.name.replaceAll('/', '-')
    return { origin: `https://${branch}.${backend.namespace}.amplifyapp.com`, appId: null }
  }
  const app = new CfnApp(scope, 'Page', {
    name: 'genai-studio',
    platform: 'WEB',
    customRules,
  })
  const branch = new CfnBranch(scope, 'PageBranch', {
    appId: app.attrAppId,
    branchName: BRANCH,
    stage: 'PRODUCTION',
  })
  return { origin: `https://${branch.branchName}.${app.attrDefaultDomain}`, appId: app.attrAppId }
}
