import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const python = join(root, '.venv', 'bin', 'python')
const command = process.env.GENAI_STUDIO_COMMAND ?? join(root, '.venv', 'bin', 'genai-studio')
/** With a token in it, but where people sign in at Cognito. */
const SIGN_IN_LINK = /^Sign in .*: (https?:\/\/\S+)$/
const START_WITHIN = 60_000
const MAKE_WITHIN = 90_000

const MAKE = `mutation ($input: GenerateImageInput!) {
  generateImage(input: $input) { generation { id } }
}`
/** What is started; the data directory is its last argument. */
const LOCAL = [command, 'up', '--no-browser', '--port', '0', '--data-dir']
const BEHIND_APPSYNC = [python, '-m', 'tests.web.support.appsync_studio']

const UNFINISHED = `{
  generations(first: 1, filter: {statuses: [QUEUED, RUNNING]}) { edges { cursor } }
}`

interface Unfinished {
  generations: { edges: readonly unknown[] }
}

/**
 * Asked each time on a connection of its own: what stands idle while `execFileSync` holds this
 * process up, the studio has closed before this process looks again.
 */
const ALONE = { connection: 'close' }

/** A real studio of its own: its own process, port and data. */
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
      if (!this.stopping) console.error(`the studio ended by itself: ${code ?? signal}`)
    })
  }

  static start(environment: Record<string, string> = {}): Promise<Studio> {
    return Studio.launch(LOCAL, environment)
  }

  /** The page as in an AWS account: its API is AppSync's, and people sign in at a user pool. */
  static startBehindAppsync(environment: Record<string, string>): Promise<Studio> {
    return Studio.launch(BEHIND_APPSYNC, environment)
  }

  private static async launch(
    [program = '', ...args]: string[],
    environment: Record<string, string>,
  ): Promise<Studio> {
    const dataDir = mkdtempSync(join(tmpdir(), 'genai-studio-web-'))
    const started = spawn(program, [...args, dataDir], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const link = await readLink(started)
    const studio = new Studio(started, dataDir, link)
    await studio.healthy()
    return studio
  }

  /** A sign-in link for somebody else. */
  linkFor(user: string): string {
    const args = ['token', '--user', user, '--data-dir', this.dataDir]
    const token = execFileSync(command, args, { cwd: root, encoding: 'utf8' }).trim()
    return `${this.url}/#token=${token}`
  }

  /** Makes images for somebody over the API and waits until they are there. */
  async make(link: string, prompts: readonly string[], input: object = {}): Promise<void> {
    for (const prompt of prompts) {
      await this.ask(link, MAKE, { input: { ...input, prompt } })
    }
    const deadline = Date.now() + MAKE_WITHIN
    while (Date.now() < deadline) {
      const { generations } = await this.ask<Unfinished>(link, UNFINISHED)
      if (generations.edges.length === 0) return
      await new Promise((done) => setTimeout(done, 250))
    }
    throw new Error('the images were not made in time')
  }

  /** Multiplies what is stored: so many more records of each person's newest image. */
  fill(count: number): void {
    const filler = join(root, 'tests', 'web', 'support', 'fill_history.py')
    execFileSync(python, [filler, this.dataDir, String(count)], { cwd: root })
  }

  private async ask<Data>(link: string, query: string, variables: object = {}): Promise<Data> {
    const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token')
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { ...ALONE, 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }

  async stop(): Promise<void> {
    this.stopping = true
    if (this.process.exitCode === null) {
      const ended = once(this.process, 'exit')
      this.process.kill('SIGINT')
      await ended
    }
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  private async healthy(): Promise<void> {
    const deadline = Date.now() + START_WITHIN
    while (Date.now() < deadline) {
      const response = await fetch(`${this.url}/healthz`, { headers: ALONE }).catch(() => null)
      if (response?.ok) return
      await new Promise((done) => setTimeout(done, 250))
    }
    throw new Error('the studio did not become healthy')
  }
}

function readLink(started: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    const timer = setTimeout(() => {
      reject(new Error(`no sign-in link within ${START_WITHIN} ms:\n${said.join('\n')}`))
    }, START_WITHIN)
    for (const stream of [started.stdout, started.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line)
        const [, link] = SIGN_IN_LINK.exec(line) ?? []
        if (!link) return
        clearTimeout(timer)
        resolve(link)
      })
    }
    started.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the studio ended with ${code}:\n${said.join('\n')}`))
    })
  })
}
