import { CfnApp, CfnBranch } from 'aws-cdk-lib/aws-amplify'
import type { Construct } from 'constructs'

export interface Hosting {
  origin: string
  /** Null where Amplify builds the page itself, from a connected Git repository. */
  appId: string | null
}

const BRANCH = 'main'

/**
 * Where the page is served. Deployed from a clone, it is an Amplify app without a repository:
 * `make deploy` uploads the built page to it. In a build of Amplify's own the app is there already,
 * and is what the backend is named after.
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
    customRules: [{ source: '/graphiql', target: '/graphiql.html', status: '200' }],
  })
  const branch = new CfnBranch(scope, 'PageBranch', {
    appId: app.attrAppId,
    branchName: BRANCH,
    stage: 'PRODUCTION',
  })
  return { origin: `https://${branch.branchName}.${app.attrDefaultDomain}`, appId: app.attrAppId }
}
