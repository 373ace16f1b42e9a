import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const python = join(root, '.venv', 'bin', 'python')

/** A TLS reverse proxy in a separate process, which serves a studio under a path. */
export class ReverseProxy {
  readonly origin: string
  private readonly process: ChildProcess

  private constructor(process: ChildProcess, origin: string) {
    this.process = process
    this.origin = origin
  }

  /** Start the proxy. `tls` is a directory for its certificate. */
  static async start(upstream: string, prefix: string, tls: string): Promise<ReverseProxy> {
    const child = spawn(
      python,
      ['-m', 'tests.hosts.asgi.reverse_proxy', upstream, '--prefix', prefix, '--tls', tls],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return new ReverseProxy(child, `https://127.0.0.1:${port}`)
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit')
    this.process.kill()
    await exited
  }
}
