import pipeline from '../infra/pipeline.json' with { type: 'json' }
import { type Endpoint, type Format, formatted, readEndpoint } from './endpoint'
import type { FunctionName } from './functions/bundle'

/** Options that the operator sets by environment variables when the backend is synthesized. */
export interface Options {
  /** What generates the images. */
  endpoint: Endpoint
  /** Path of a catalog file of the operator, or null. */
  catalog: string | null
  /** Images per user and UTC day. */
  dailyImages: number
  /** Images per UTC day for all users together. */
  dailyImagesStudio: number
  /** Maximum number of workers that the queue invokes concurrently. */
  workerConcurrency: number
  /** Concurrent executions reserved for functions: a guarantee, and the maximum. */
  reservedConcurrency: Readonly<Partial<Record<FunctionName, number>>>
  /** Whether the functions that users wait for start from a snapshot (Lambda SnapStart). */
  snapStart: boolean
  /** Queued and running generations per user. */
  unfinishedPerUser: number
  /** Requests of one IP address to AppSync in 5 minutes. Null: no limit, and no AWS WAF. */
  requestsPerAddress: number | null
  /** E-mail domains whose users may sign up, such as example.com. Empty: invitation only. */
  emailDomains: readonly string[]
  /** Origins of other pages that may call the API. */
  corsOrigins: readonly string[]
  /** `ContentProducer` of the AIGC label in images. Null: the name of the project. */
  contentProducer: string | null
  /** Language of the visible label on downloaded images. */
  downloadLabel: string
  /** Sender of Cognito's e-mails: an address verified in SES. Null: Cognito's own, 50 per day. */
  emailSender: string | null
  /** Recipient of alarm and budget e-mails. */
  alarmEmail: string | null
  /** Monthly cost of the account in US dollars above which an e-mail is sent. */
  monthlyBudget: number
}

type Environment = Record<string, string | undefined>

const DOMAINS: Format = {
  pattern: /^(?=.{4,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
  description: 'a list of domain names in lower case, such as example.com',
}
const ORIGINS: Format = {
  pattern: /^https:\/\/[a-z0-9.-]+(:\d+)?$/,
  description: 'a list of HTTPS origins, such as https://app.example.com',
}
const EMAIL: Format = {
  pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  description: 'an e-mail address',
}
const PRODUCER: Format = {
  pattern: /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/,
  description: 'printable ASCII without spaces, quotes and backslashes, at most 200 characters',
}

const LABEL: Format = { pattern: /^(off|en|zh)$/, description: 'off, en or zh' }
const SWITCH: Format = { pattern: /^(on|off)$/, description: 'on or off' }

const FUNCTIONS = [
  'appsync',
  'http',
  'publisher',
  'sweeper',
  'worker',
  'completion',
  'verifier',
] satisfies FunctionName[]

/** Lambda accepts this range for the maximum concurrency of a queue. */
const WORKER_CONCURRENCY = { min: 2, max: 1000 }

function positiveInteger(environment: Environment, name: string, preset: number): number {
  const text = environment[name]?.trim() || String(preset)
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new Error(`${name} must be a positive integer of at most 9 digits, not "${text}".`)
  }
  return Number(text)
}

function unfinishedPerUser(environment: Environment): number {
  const name = 'GENAI_STUDIO_UNFINISHED_PER_USER'
  const number = positiveInteger(environment, name, 20)
  // The IDs are in one item of the table, which every submit reads and writes.
  if (number > 1000) throw new Error(`${name} must be at most 1000, not "${number}".`)
  return number
}

function requestsPerAddress(environment: Environment): number | null {
  const name = 'GENAI_STUDIO_REQUESTS_PER_ADDRESS'
  if (!environment[name]?.trim()) return null
  const number = positiveInteger(environment, name, 0)
  if (number < 10) throw new Error(`${name} must be at least 10, not "${number}".`)
  return number
}

function list(environment: Environment, name: string, format: Format): string[] {
  return (environment[name] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => formatted(name, part, format))
}

function workerConcurrency(environment: Environment): number {
  const name = 'GENAI_STUDIO_WORKER_CONCURRENCY'
  const number = positiveInteger(environment, name, pipeline.worker.maximumConcurrency)
  const { min, max } = WORKER_CONCURRENCY
  if (number < min || number > max) {
    throw new Error(`${name} must be between ${min} and ${max}, not ${number}.`)
  }
  return number
}

/** Return the reserved concurrency of functions, from a list such as `worker=20,appsync=50`. */
function reservedConcurrency(
  environment: Environment,
  workers: number,
): Options['reservedConcurrency'] {
  const name = 'GENAI_STUDIO_RESERVED_CONCURRENCY'
  const found: Partial<Record<FunctionName, number>> = {}
  for (const part of (environment[name] ?? '').split(',').map((text) => text.trim())) {
    if (part === '') continue
    const [, target, number] = /^([a-z]+)=([1-9]\d{0,4})$/.exec(part) ?? []
    const known = FUNCTIONS.find((one) => one === target)
    if (known === undefined || found[known] !== undefined) {
      throw new Error(
        `${name} must list each function at most once, as FUNCTION=NUMBER separated by commas, ` +
          `with a function of ${FUNCTIONS.join(', ')} and a number from 1 to 99999, not "${part}".`,
      )
    }
    found[known] = Number(number)
  }
  if (found.worker !== undefined && found.worker < workers) {
    throw new Error(
      `${name} must reserve at least ${workers} for the worker, which is ` +
        `GENAI_STUDIO_WORKER_CONCURRENCY, not ${found.worker}. Lambda would throttle its queue.`,
    )
  }
  return found
}

/**
 * Read the options from environment variables.
 *
 * @throws Error - A variable is invalid. The message starts with its name.
 */
export function readOptions(environment: Environment): Options {
  const email = environment.GENAI_STUDIO_ALARM_EMAIL?.trim() || null
  const producer = environment.GENAI_STUDIO_CONTENT_PRODUCER?.trim() || null
  const sender = environment.GENAI_STUDIO_EMAIL_SENDER?.trim() || null
  const workers = workerConcurrency(environment)
  return {
    endpoint: readEndpoint(environment),
    catalog: environment.GENAI_STUDIO_CATALOG?.trim() || null,
    dailyImages: positiveInteger(environment, 'GENAI_STUDIO_DAILY_IMAGES', 50),
    dailyImagesStudio: positiveInteger(environment, 'GENAI_STUDIO_DAILY_IMAGES_STUDIO', 500),
    workerConcurrency: workers,
    reservedConcurrency: reservedConcurrency(environment, workers),
    snapStart:
      formatted(
        'GENAI_STUDIO_SNAP_START',
        environment.GENAI_STUDIO_SNAP_START?.trim() || 'on',
        SWITCH,
      ) === 'on',
    unfinishedPerUser: unfinishedPerUser(environment),
    requestsPerAddress: requestsPerAddress(environment),
    emailDomains: list(environment, 'GENAI_STUDIO_EMAIL_DOMAINS', DOMAINS),
    corsOrigins: list(environment, 'GENAI_STUDIO_CORS_ORIGINS', ORIGINS),
    contentProducer: producer && formatted('GENAI_STUDIO_CONTENT_PRODUCER', producer, PRODUCER),
    downloadLabel: formatted(
      'GENAI_STUDIO_DOWNLOAD_LABEL',
      environment.GENAI_STUDIO_DOWNLOAD_LABEL?.trim() || 'off',
      LABEL,
    ),
    emailSender: sender && formatted('GENAI_STUDIO_EMAIL_SENDER', sender, EMAIL),
    alarmEmail: email && formatted('GENAI_STUDIO_ALARM_EMAIL', email, EMAIL),
    monthlyBudget: positiveInteger(environment, 'GENAI_STUDIO_MONTHLY_BUDGET', 100),
  }
}
