/** Which image the edit mode shows. */
export type EditRoute =
  | { kind: 'choose' }
  | { kind: 'image'; id: string; index: number }
  | { kind: 'file'; sha256: string }

/** Parse `/edit`, `/edit/GENERATION/INDEX` or `/edit/upload/SHA256`. Null for other routes. */
export function parseEditRoute(location: string): EditRoute | null {
  if (location === '/edit') return { kind: 'choose' }
  const [, sha256] = /^\/edit\/upload\/([0-9a-f]{64})$/.exec(location) ?? []
  if (sha256) return { kind: 'file', sha256 }
  const [, id, index] = /^\/edit\/([^/]+)\/(\d+)$/.exec(location) ?? []
  return id && index ? { kind: 'image', id, index: Number(index) } : null
}

export function editImagePath(id: string, index: number): string {
  return `/edit/${id}/${index}`
}

export function editFilePath(sha256: string): string {
  return `/edit/upload/${sha256}`
}
