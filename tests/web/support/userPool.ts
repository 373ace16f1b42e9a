import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
/** Installed by tests/servers/install.sh. */
const ministack = join(root, '.venv-servers', 'bin', 'ministack')
const REGION = 'eu-central-1'
const START_TIMEOUT_MS = 60_000

/** Fixed codes of ministack: for a sign-up, and for a password reset. */
export const CODE = '123456'
export const RESET_CODE = '654321'

/** A Cognito user pool in the ministack emulator, which supports SRP and signs tokens. */
export class UserPool {
  readonly url: string
  readonly poolId: string
  readonly clientId: string
  private readonly server: Ministack

  private constructor(server: Ministack, poolId: string, clientId: string) {
    this.server = server
    this.url = server.url
    this.poolId = poolId
    this.clientId = clientId
  }

  static async start(): Promise<UserPool> {
    const server = await Ministack.start()
    const pool = await server.call<{ UserPool: { Id: string } }>('CreateUserPool', {
      PoolName: 'studio',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
    })
    const poolId = pool.UserPool.Id
    const client = await server.call<{ UserPoolClient: { ClientId: string } }>(
      'CreateUserPoolClient',
      {
        UserPoolId: poolId,
        ClientName: 'page',
        // A web client cannot keep a secret. SRP does not send the password.
        GenerateSecret: false,
        ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      },
    )
    return new UserPool(server, poolId, client.UserPoolClient.ClientId)
  }

  /** Environment variables for a studio that uses this pool. */
  get environment(): Record<string, string> {
    return {
      GENAI_STUDIO_COGNITO_USER_POOL: this.poolId,
      GENAI_STUDIO_COGNITO_CLIENT: this.clientId,
      GENAI_STUDIO_COGNITO_ENDPOINT: this.url,
    }
  }

  /** Mark an address as verified. Cognito does so when the code is confirmed; ministack does not. */
  async verify(email: string): Promise<void> {
    await this.server.call('AdminUpdateUserAttributes', {
      UserPoolId: this.poolId,
      Username: email,
      UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
    })
  }

  /** Set up an authenticator app for a user. Returns a function that computes the current code. */
  async enableTotp(accessToken: string): Promise<() => string> {
    await this.server.call('SetUserPoolMfaConfig', {
      UserPoolId: this.poolId,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
    const identity = { AccessToken: accessToken }
    const { SecretCode } = await this.server.call<{ SecretCode: string }>(
      'AssociateSoftwareToken',
      identity,
    )
    const code = () => totpCode(SecretCode)
    await this.server.call('VerifySoftwareToken', { ...identity, UserCode: code() })
    await this.server.call('SetUserMFAPreference', {
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

/** Compute the current six-digit code (RFC 6238). */
function totpCode(secret: string): string {
  const bits = [...secret].map((character) =>
    BASE32.indexOf(character).toString(2).padStart(5, '0'),
  )
  const key = Buffer.from(
    (bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  )
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(step).digest()
  const offset = (mac.at(-1) ?? 0) & 0xf
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

class Ministack {
  readonly url: string
  private readonly process: ChildProcess
  private readonly directory: string

  private constructor(process: ChildProcess, directory: string, url: string) {
    this.process = process
    this.directory = directory
    this.url = url
  }

  /** Uses the same command line as tests/servers/ministack.py. */
  static async start(): Promise<Ministack> {
    if (!existsSync(ministack)) throw new Error('ministack is not installed. Run `make setup`.')
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
    const server = new Ministack(started, directory, `http://127.0.0.1:${port}`)
    await server.waitUntilHealthy()
    return server
  }

  /** Call a Cognito operation. ministack accepts any credentials. */
  async call<Output>(operation: string, input: unknown): Promise<Output> {
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
      const exited = once(this.process, 'exit')
      this.process.kill('SIGTERM')
      await exited
    }
    rmSync(this.directory, { recursive: true, force: true })
  }

  private async waitUntilHealthy(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS
    while (Date.now() < deadline) {
      if (this.process.exitCode !== null) throw new Error('ministack exited during startup.')
      const response = await fetch(`${this.url}/_ministack/health`).catch(() => null)
      if (response?.ok) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`ministack did not respond within ${START_TIMEOUT_MS} ms.`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address.port
}
