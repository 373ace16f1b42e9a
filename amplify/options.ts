/** How the worker asks the endpoint; each way needs rights of its own. */
export type EndpointMode = 'real-time' | 'streaming' | 'async'

/** What an operator chooses, by environment variables when the backend is synthesised. */
export interface Options {
  /** The SageMaker endpoint that draws, by name. */
  endpoint: string
  /** Which of its inference components, where it is made of some, as one that rests at zero is. */
  component: string | null
  /** The model of the catalogue that it serves. */
  model: string
  mode: EndpointMode
  /** Pictures a user and UTC day. */
  dailyPictures: number
  /** Pictures of everybody together a UTC day. */
  dailyPicturesStudio: number
  /** Whose people may sign up by themselves, such as example.com; nobody, when empty. */
  emailDomains: readonly string[]
  /** Origins of other pages that may use the API, besides the studio's own. */
  corsOrigins: readonly string[]
  /** Who is told by e-mail when something is unwell. */
  alarmEmail: string | null
  /** What the account may cost a month, in US dollars, before somebody is told. */
  monthlyBudget: number
}

type Environment = Record<string, string | undefined>

const MODES: readonly string[] = ['real-time', 'streaming', 'async'] satisfies EndpointMode[]
const DOMAIN = /^(?=.{4,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/
const ORIGIN = /^https:\/\/[a-z0-9.-]+(:\d+)?$/
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
/** `ENDPOINT`, or `ENDPOINT/COMPONENT`. */
const ENDPOINT = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}(\/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62})?$/

function wholeNumber(environment: Environment, name: string, preset: number): number {
  const text = environment[name]?.trim() || String(preset)
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${name}=${text} is no positive whole number.`)
  return Number(text)
}

function list(environment: Environment, name: string, form: RegExp): string[] {
  const parts = (environment[name] ?? '').split(',').map((part) => part.trim())
  const found = parts.filter((part) => part !== '')
  for (const part of found) {
    if (!form.test(part)) throw new Error(`${name}: ${part} cannot be understood.`)
  }
  return found
}

function oneOf(environment: Environment, name: string, form: RegExp, preset: string): string {
  const text = environment[name]?.trim() || preset
  if (!form.test(text)) throw new Error(`${name}=${text} cannot be understood.`)
  return text
}

/** The options of an environment; what cannot be understood is refused by its name. */
export function readOptions(environment: Environment): Options {
  const mode = environment.GENAI_STUDIO_SAGEMAKER_MODE?.trim() || 'real-time'
  if (!MODES.includes(mode)) {
    throw new Error(`GENAI_STUDIO_SAGEMAKER_MODE=${mode} is none of ${MODES.join(', ')}.`)
  }
  const email = environment.GENAI_STUDIO_ALARM_EMAIL?.trim() || null
  if (email !== null && !EMAIL.test(email)) {
    throw new Error(`GENAI_STUDIO_ALARM_EMAIL=${email} is no e-mail address.`)
  }
  const called = oneOf(environment, 'AWS_SM_EP', ENDPOINT, 'genai-studio')
  const [endpoint = called, component = null] = called.split('/')
  return {
    endpoint,
    component,
    model: oneOf(
      environment,
      'GENAI_STUDIO_SAGEMAKER_MODEL',
      /^[\w.-]+$/,
      'stable-diffusion-2-1-base',
    ),
    mode: mode as EndpointMode,
    dailyPictures: wholeNumber(environment, 'GENAI_STUDIO_DAILY_PICTURES', 50),
    dailyPicturesStudio: wholeNumber(environment, 'GENAI_STUDIO_DAILY_PICTURES_STUDIO', 500),
    emailDomains: list(environment, 'GENAI_STUDIO_EMAIL_DOMAINS', DOMAIN),
    corsOrigins: list(environment, 'GENAI_STUDIO_CORS_ORIGINS', ORIGIN),
    alarmEmail: email,
    monthlyBudget: wholeNumber(environment, 'GENAI_STUDIO_MONTHLY_BUDGET', 100),
  }
}
