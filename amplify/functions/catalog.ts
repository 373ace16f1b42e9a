import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RemovalPolicy } from 'aws-cdk-lib'
import { Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAME = 'catalog.toml'

/** Path of the operator's catalog file in the functions. Lambda extracts layers below /opt. */
export const CATALOG_PATH = `/opt/${NAME}`

/**
 * Define the layer with the operator's catalog file, so that the bundles stay the same for everyone.
 *
 * @param catalog - Path of the file, absolute or relative to the repository. Null: no layer.
 */
export function catalogLayers(scope: Construct, catalog: string | null): LayerVersion[] {
  if (catalog === null) return []
  const folder = mkdtempSync(join(tmpdir(), 'genai-studio-catalog-'))
  copyFileSync(resolve(ROOT, catalog), join(folder, NAME))
  const layer = new LayerVersion(scope, 'Catalog', {
    description: 'Catalog of models of the operator',
    code: Code.fromAsset(folder),
    compatibleRuntimes: [Runtime.PYTHON_3_13],
    removalPolicy: RemovalPolicy.DESTROY,
  })
  return [layer]
}
