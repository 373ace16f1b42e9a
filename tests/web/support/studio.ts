import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const python = join(root, '.venv', 'bin', 'python')
const command = process.env.GENAI_STUDIO_COMMAND ?? join(root, '.venv', 'bin', 'genai-studio')
/** The link contains a token, unless users sign in at Cognito. */
const SIGN_IN_LINK = /^Sign in .*: (https?:\/\/\S+)$/
const START_TIMEOUT_MS = 60_000
const GENERATION_TIMEOUT_MS = 90_000
const TOKEN_SECONDS = 86_400

const GENERATE_IMAGE = `mutation ($input: GenerateImageInput!) {
  generateImage(input: $input) { generation { id } }
}`
const CREATE_BOARD = `mutation ($name: String!) { createBoard(name: $name) { board { id } } }`
const SET_BOARD = `mutation ($ids: [ID!]!, $board: ID!) {
  setBoard(ids: $ids, board: $board, value: true) { userErrors { message } }
}`
const NEWEST_IDS = `query ($first: Int!) { generations(first: $first) { edges { node { id } } } }`
/** Command lines. The data directory is appended. */
const LOCAL = [command, 'up', '--no-browser', '--port', '0', '--data-dir']
const BEHIND_APPSYNC = [python, '-m', 'tests.web.support.appsync_studio']

/** Settings of a studio with an endpoint but without credentials, so that its generations fail. */
export const FAILING_ENDPOINT = {
  AWS_SM_EP: 'nowhere',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
}

const UNFINISHED_GENERATIONS = `{
  generations(first: 1, filter: {statuses: [QUEUED, RUNNING]}) { edges { cursor } }
}`

interface UnfinishedGenerations {
  generations: { edges: readonly unknown[] }
}

/**
 * Do not reuse connections. `execFileSync` blocks this process, and the server may close an idle
 * connection meanwhile without this process noticing.
 */
const NO_KEEP_ALIVE = { connection: 'close' }

/** A studio in a separate process, with its own port and data directory. */
export class Studio {
  readonly link: string
  readonly url: string
  private readonly process: ChildProcess
  private readonly dataDir: string
  private stopping = false

  private constructor(process: ChildProcess, dataDir: string, link: string) {
    this.process = process
    this.dataDir = dataDir
    this.link = link
    this.url = new URL(link).origin
    process.once('exit', (code, signal) => {
      if (!this.stopping) console.error(`The studio exited unexpectedly: ${code ?? signal}`)
    })
  }

  static start(environment: Record<string, string> = {}): Promise<Studio> {
    return Studio.launch(LOCAL, environment)
  }

  /** Start the page as deployed in an AWS account, with AppSync and a user pool. */
  static startBehindAppsync(environment: Record<string, string>): Promise<Studio> {
    return Studio.launch(BEHIND_APPSYNC, environment)
  }

  private static async launch(
    [program = '', ...args]: string[],
    environment: Record<string, string>,
  ): Promise<Studio> {
    const dataDir = mkdtempSync(join(tmpdir(), 'genai-studio-web-'))
    const child = spawn(program, [...args, dataDir], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const link = await readLink(child)
    const studio = new Studio(child, dataDir, link)
    await studio.waitUntilHealthy()
    return studio
  }

  /** Create a sign-in link for a user. */
  linkFor(user: string): string {
    const key = readFileSync(join(this.dataDir, 'identity', 'token-signing.pem'), 'utf8')
    return `${this.url}/#token=${accessToken(user, key)}`
  }

  /** Submit a request for the user of `link`. */
  async submit(link: string, input: { prompt: string }): Promise<void> {
    await this.request(link, GENERATE_IMAGE, { input })
  }

  /** Generate images for the user of `link` and wait until they are finished. */
  async generate(link: string, prompts: readonly string[], input: object = {}): Promise<void> {
    for (const prompt of prompts) await this.submit(link, { ...input, prompt })
    const deadline = Date.now() + GENERATION_TIMEOUT_MS
    while (Date.now() < deadline) {
      const { generations } = await this.request<UnfinishedGenerations>(
        link,
        UNFINISHED_GENERATIONS,
      )
      if (generations.edges.length === 0) return
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error(`The images were not finished within ${GENERATION_TIMEOUT_MS} ms.`)
  }

  /** Create a board with the newest images of the user of `link`. */
  async createBoard(link: string, name: string, images: number): Promise<void> {
    const { createBoard } = await this.request<{ createBoard: { board: { id: string } } }>(
      link,
      CREATE_BOARD,
      { name },
    )
    if (images === 0) return
    const { generations } = await this.request<{
      generations: { edges: { node: { id: string } }[] }
    }>(link, NEWEST_IDS, { first: images })
    const ids = generations.edges.map(({ node }) => node.id)
    await this.request(link, SET_BOARD, { ids, board: createBoard.board.id })
  }

  /** Add `count` copies of each user's newest record to the database. */
  fill(count: number): void {
    const script = join(root, 'tests', 'web', 'support', 'fill_history.py')
    execFileSync(python, [script, this.dataDir, String(count)], { cwd: root })
  }

  /** Send a GraphQL request as the user of `link`. */
  async request<Data>(link: string, query: string, variables: object = {}): Promise<Data> {
    const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token')
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        ...NO_KEEP_ALIVE,
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }

  async stop(): Promise<void> {
    this.stopping = true
    if (this.process.exitCode === null) {
      const exited = once(this.process, 'exit')
      this.process.kill('SIGINT')
      await exited
    }
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  private async waitUntilHealthy(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS
    while (Date.now() < deadline) {
      const response = await fetch(`${this.url}/healthz`, { headers: NO_KEEP_ALIVE }).catch(
        () => null,
      )
      if (response?.ok) return
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error(`The studio was not healthy within ${START_TIMEOUT_MS} ms.`)
  }
}

/**
 * Issue the token that `genai-studio token` would print (`genai_studio/local/identity.py`), with another
 * subject. A start of the command line for each user of the tests takes a minute in all.
 */
function accessToken(user: string, signingKey: string): string {
  const spki = createPublicKey(signingKey).export({ type: 'spki', format: 'der' })
  const kid = createHash('sha256').update(spki).digest('hex').slice(0, 32)
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'urn:genai-studio:local',
    sub: createHash('sha256').update(user).digest('hex'),
    username: user,
    client_id: 'genai-studio-local',
    token_use: 'access',
    iat: now,
    exp: now + TOKEN_SECONDS,
    jti: randomUUID(),
  }
  const parts = [{ alg: 'RS256', kid, typ: 'JWT' }, claims]
  const content = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('sha256', Buffer.from(content), createPrivateKey(signingKey))
  return `${content}.${signature.toString('base64url')}`
}

function readLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    const timer = setTimeout(() => {
      reject(
        new Error(
          `The studio printed no sign-in link within ${START_TIMEOUT_MS} ms:\n${lines.join('\n')}`,
        ),
      )
    }, START_TIMEOUT_MS)
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        const [, link] = SIGN_IN_LINK.exec(line) ?? []
        if (!link) return
        clearTimeout(timer)
        resolve(link)
      })
    }
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`The studio exited with code ${code}:\n${lines.join('\n')}`))
    })
  })
}
