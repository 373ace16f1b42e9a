/** URLs of the images by file name. `make example-images` draws them. */
const STYLES = urlsByName(
  import.meta.glob<string>('./styles/*.webp', { eager: true, query: '?url', import: 'default' }),
)
const EXAMPLES = urlsByName(
  import.meta.glob<string>('./examples/*.webp', { eager: true, query: '?url', import: 'default' }),
)

/** Width and height of the images in pixels. */
export const EXAMPLE_SIDE = 192

function urlsByName(urls: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(urls).map(([path, url]) => [path.split('/').at(-1) ?? path, url]))
}

/** Return the file name of a style ID or an example prompt. */
export function exampleFileName(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return `${words.replace(/^-|-$/g, '')}.webp`
}

/**
 * Return the URL of an image in the style with this ID. Undefined if there is none: only the styles of
 * the built-in model have one.
 */
export function styleTile(id: string): string | undefined {
  return STYLES.get(exampleFileName(id))
}

/**
 * Return the URL of the image of an example prompt, in English as in the catalog. Undefined if there is
 * none: only the examples of the built-in model have one.
 */
export function exampleImage(prompt: string): string | undefined {
  return EXAMPLES.get(exampleFileName(prompt))
}
