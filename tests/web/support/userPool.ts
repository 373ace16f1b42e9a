import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
/** Where tests/servers/install.sh puts it. */
const ministack = join(root, '.venv-servers', 'bin', 'ministack')
const REGION = 'eu-central-1'
const START_WITHIN = 60_000

/** What ministack sends to everybody who signs up, and to whoever forgot a password. */
export const CODE = '123456'
export const RESET_CODE = '654321'

/** A Cognito user pool at ministack, which verifies SRP and signs its tokens. */
export class UserPool {
  readonly url: string
  readonly poolId: string
  readonly clientId: string
  private readonly server: Server

  private constructor(server: Server, poolId: string, clientId: string) {
    this.server = server
    this.url = server.url
    this.poolId = poolId
    this.clientId = clientId
  }

  static async start(): Promise<UserPool> {
    const server = await Server.start()
    const pool = await server.ask<{ UserPool: { Id: string } }>('CreateUserPool', {
      PoolName: 'studio',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
    })
    const poolId = pool.UserPool.Id
    const client = await server.ask<{ UserPoolClient: { ClientId: string } }>(
      'CreateUserPoolClient',
      {
        UserPoolId: poolId,
        ClientName: 'page',
        // A page keeps no secret, and sends nobody's password anywhere.
        GenerateSecret: false,
        ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      },
    )
    return new UserPool(server, poolId, client.UserPoolClient.ClientId)
  }

  /** The settings of a studio that signs people in here. */
  get environment(): Record<string, string> {
    return {
      GENAI_STUDIO_COGNITO_USER_POOL: this.poolId,
      GENAI_STUDIO_COGNITO_CLIENT: this.clientId,
      GENAI_STUDIO_COGNITO_ENDPOINT: this.url,
    }
  }

  /** Cognito itself notes an address as verified when its code has come back; ministack does not. */
  async verify(email: string): Promise<void> {
    await this.server.ask('AdminUpdateUserAttributes', {
      UserPoolId: this.poolId,
      Username: email,
      UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
    })
  }

  /** Gives somebody an authenticator, as their settings would; its codes come with the answer. */
  async demandCodes(accessToken: string): Promise<() => string> {
    await this.server.ask('SetUserPoolMfaConfig', {
      UserPoolId: this.poolId,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
    const identity = { AccessToken: accessToken }
    const { SecretCode } = await this.server.ask<{ SecretCode: string }>(
      'AssociateSoftwareToken',
      identity,
    )
    const code = () => timedCode(SecretCode)
    await this.server.ask('VerifySoftwareToken', { ...identity, UserCode: code() })
    await this.server.ask('SetUserMFAPreference', {
      ...identity,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    })
    return code
  }

  stop(): Promise<void> {
    return this.server.stop()
  }
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The six digits of RFC 6238 that an authenticator shows now. */
function timedCode(secret: string): string {
  const bits = [...secret].map((character) =>
    BASE32.indexOf(character).toString(2).padStart(5, '0'),
  )
  const key = Buffer.from(
    (bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  )
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(step).digest()
  const at = (mac.at(-1) ?? 0) & 0xf
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

class Server {
  readonly url: string
  private readonly process: ChildProcess
  private readonly directory: string

  private constructor(process: ChildProcess, directory: string, url: string) {
    this.process = process
    this.directory = directory
    this.url = url
  }

  /** The same command line as in tests/servers/processes/ministack.py. */
  static async start(): Promise<Server> {
    if (!existsSync(ministack)) throw new Error('ministack is not installed: run `make setup`')
    const directory = mkdtempSync(join(tmpdir(), 'genai-studio-pool-'))
    const port = await freePort()
    const environment = {
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_REGION: REGION,
      LOG_LEVEL: 'WARNING',
      TMPDIR: directory,
    }
    const started = spawn(ministack, [], {
      cwd: directory,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    })
    const server = new Server(started, directory, `http://127.0.0.1:${port}`)
    await server.healthy()
    return server
  }

  /** An operation of Cognito's, by a made-up account that ministack takes for real. */
  async ask<Output>(operation: string, input: unknown): Promise<Output> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=test/20261123/${REGION}/cognito-idp/aws4_request`,
      },
      body: JSON.stringify(input),
    })
    if (!response.ok) throw new Error(`${operation}: ${await response.text()}`)
    return (await response.json()) as Output
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = once(this.process, 'exit')
      this.process.kill('SIGTERM')
      await ended
    }
    rmSync(this.directory, { recursive: true, force: true })
  }

  private async healthy(): Promise<void> {
    const deadline = Date.now() + START_WITHIN
    while (Date.now() < deadline) {
      if (this.process.exitCode !== null) throw new Error('ministack ended at once')
      const response = await fetch(`${this.url}/_ministack/health`).catch(() => null)
      if (response?.ok) return
      await new Promise((done) => setTimeout(done, 100))
    }
    throw new Error('ministack does not answer')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
