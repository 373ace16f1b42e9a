import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Code } from 'aws-cdk-lib/aws-lambda'

/** The bundle of each function, by its name in `infra/lambda/bundles.toml`. */
export const BUNDLES = {
  appsync: 'appsync',
  http: 'http',
  publisher: 'publisher',
  sweeper: 'publisher',
  worker: 'worker',
  completion: 'worker',
  verifier: 'worker',
} as const

export type FunctionName = keyof typeof BUNDLES

const BUILT = fileURLToPath(new URL('../../dist/lambda', import.meta.url))

/**
 * Return the code of a function, as built by `make lambda`. Tests set `GENAI_STUDIO_LAMBDA_DIST`
 * to another folder to synthesize without building. A missing bundle is an error.
 */
export function bundledCode(name: FunctionName): Code {
  const folder = process.env.GENAI_STUDIO_LAMBDA_DIST || BUILT
  const archive = join(folder, 'arm64', `${BUNDLES[name]}.zip`)
  if (!existsSync(archive)) throw new Error(`${archive} is missing: run "make lambda" first.`)
  return Code.fromAsset(archive)
}
