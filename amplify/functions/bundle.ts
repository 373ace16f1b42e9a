import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Code } from 'aws-cdk-lib/aws-lambda'

/** The functions of the studio, and the bundle of `infra/lambda/bundles.toml` that holds each. */
export const BUNDLES = {
  appsync: 'appsync',
  http: 'http',
  publisher: 'publisher',
  sweeper: 'publisher',
  worker: 'worker',
  completion: 'worker',
} as const

export type FunctionName = keyof typeof BUNDLES

const BUILT = fileURLToPath(new URL('../../dist/lambda', import.meta.url))

/**
 * The code of a function, as `make lambda` built it. `GENAI_STUDIO_LAMBDA_DIST` names another
 * folder, which tests do to synthesise without building; nothing is ever put in a bundle's place.
 */
export function bundledCode(name: FunctionName): Code {
  const folder = process.env.GENAI_STUDIO_LAMBDA_DIST || BUILT
  const archive = join(folder, 'arm64', `${BUNDLES[name]}.zip`)
  if (!existsSync(archive)) throw new Error(`${archive} is missing: run "make lambda" first.`)
  return Code.fromAsset(archive)
}
