import type { Format, Texts } from './format'

const isObject = (text: string | undefined) => /^\s*\{/.test(text ?? '')

function unsupported(program: string, carries: (texts: Texts) => boolean): Format {
  return { program, carries, read: () => null }
}

/** Programs whose settings are recognized but not read. */
export const OTHER_PROGRAMS: readonly Format[] = [
  unsupported('Easy Diffusion', (texts) => texts.has('use_stable_diffusion_model')),
  unsupported('Draw Things', (texts) => /Draw Things/.test(texts.get('XML:com.adobe.xmp') ?? '')),
  unsupported('Midjourney', (texts) =>
    /\bJob ID: [\da-f-]{36}/.test(texts.get('Description') ?? ''),
  ),
  // The name of the chunk is the only thing known about it.
  unsupported('parameters', (texts) => isObject(texts.get('parameters'))),
  unsupported('UserComment', (texts) => isObject(texts.get('UserComment'))),
]
