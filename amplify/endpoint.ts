/** How the worker invokes the endpoint. Each mode needs different permissions. */
export type EndpointMode = 'real-time' | 'streaming' | 'async'

/** A SageMaker endpoint. */
export interface SageMakerEndpoint {
  service: 'sagemaker'
  name: string
  /** Inference component of the endpoint. Endpoints that scale to zero have one; others: null. */
  component: string | null
  /** ID of the catalog model that the endpoint serves. */
  model: string
  mode: EndpointMode
}

/** A model in Amazon Bedrock, which needs no endpoint. */
export interface BedrockModel {
  service: 'bedrock'
  /** Bedrock's ID of the model, such as stability.sd3-5-large-v1:0. */
  model: string
  /** Region in which Bedrock is called. It may differ from the region of the studio. */
  region: string
}

/** What generates the images. */
export type Endpoint = SageMakerEndpoint | BedrockModel

type Environment = Record<string, string | undefined>

/** A pattern, and the text that describes it in error messages. */
export interface Format {
  pattern: RegExp
  description: string
}

const MODES: readonly string[] = ['real-time', 'streaming', 'async'] satisfies EndpointMode[]
const SAGEMAKER_NAMES = ['GENAI_STUDIO_SAGEMAKER_ENDPOINT', 'AWS_SM_EP'] as const
const ENDPOINT: Format = {
  pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}(\/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62})?$/,
  description: 'the name of a SageMaker endpoint, ENDPOINT or ENDPOINT/COMPONENT',
}
const MODEL: Format = {
  pattern: /^[\w.-]+$/,
  description: 'a model ID of letters, digits, ".", "_" and "-"',
}
const BEDROCK_MODEL: Format = {
  pattern: /^[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}([.:][a-z0-9-]{1,63}){0,2}$/,
  description: 'the ID of a model in Amazon Bedrock, such as stability.sd3-5-large-v1:0',
}
const REGION: Format = {
  pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
  description: 'an AWS region, such as us-west-2',
}

/** Return the text if it has the format. */
export function formatted(name: string, text: string, { pattern, description }: Format): string {
  if (!pattern.test(text)) throw new Error(`${name} must be ${description}, not "${text}".`)
  return text
}

/**
 * Read the endpoint or the Bedrock model from environment variables.
 *
 * @throws Error - A variable is invalid, or two exclude each other. The message starts with a name.
 */
export function readEndpoint(environment: Environment): Endpoint {
  const read = (name: string) => environment[name]?.trim() || null
  const mode = read('GENAI_STUDIO_SAGEMAKER_MODE') ?? 'real-time'
  if (!MODES.includes(mode)) {
    throw new Error(
      `GENAI_STUDIO_SAGEMAKER_MODE must be one of ${MODES.join(', ')}, not "${mode}".`,
    )
  }
  const bedrock = read('GENAI_STUDIO_BEDROCK_MODEL')
  if (bedrock !== null) {
    const other = SAGEMAKER_NAMES.find((name) => read(name))
    if (other) {
      throw new Error(
        `GENAI_STUDIO_BEDROCK_MODEL and ${other} exclude each other. Set only one of them.`,
      )
    }
    if (mode !== 'real-time') {
      throw new Error(
        `GENAI_STUDIO_SAGEMAKER_MODE=${mode} does not work with GENAI_STUDIO_BEDROCK_MODEL: Amazon Bedrock returns images in one response. Remove the mode.`,
      )
    }
    const region = read('GENAI_STUDIO_BEDROCK_REGION') ?? 'us-west-2'
    return {
      service: 'bedrock',
      model: formatted('GENAI_STUDIO_BEDROCK_MODEL', bedrock, BEDROCK_MODEL),
      region: formatted('GENAI_STUDIO_BEDROCK_REGION', region, REGION),
    }
  }
  const target = sagemakerTarget(environment)
  const [name = target, component = null] = target.split('/')
  const model = read('GENAI_STUDIO_SAGEMAKER_MODEL') ?? 'stable-diffusion-2-1-base'
  return {
    service: 'sagemaker',
    name,
    component,
    model: formatted('GENAI_STUDIO_SAGEMAKER_MODEL', model, MODEL),
    mode: mode as EndpointMode,
  }
}

/**
 * Return the endpoint from `AWS_SM_EP`, or from the variable that Amplify's console accepts: it
 * rejects names that start with AWS.
 */
function sagemakerTarget(environment: Environment): string {
  const [first, second] = SAGEMAKER_NAMES.map((name) => environment[name]?.trim() || null)
  if (first && second && first !== second) {
    throw new Error(
      `${SAGEMAKER_NAMES.join(' and ')} name different endpoints. Set only one of them.`,
    )
  }
  return formatted(SAGEMAKER_NAMES[first ? 0 : 1], first ?? second ?? 'genai-studio', ENDPOINT)
}
