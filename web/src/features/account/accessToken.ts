/** Claims of a token. Not verified: only the server checks the signature. */
export interface TokenClaims {
  /** Milliseconds since 1970. */
  expiresAt: number
  /** Milliseconds since 1970, by the issuer's clock. 0 if the token has no `iat`. */
  issuedAt: number
  subject: string
  /** Empty if the token has none. */
  username: string
}

function decodeSegment(segment: string): unknown {
  const base64 = segment.replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes))
}

/** Decode the claims of a JWT. Returns null if it is not a JWT. */
export function readToken(token: string): TokenClaims | null {
  const [, payload] = token.split('.')
  if (payload === undefined) return null
  try {
    const claims = decodeSegment(payload)
    if (!(claims instanceof Object && 'exp' in claims && typeof claims.exp === 'number'))
      return null
    const subject = 'sub' in claims && typeof claims.sub === 'string' ? claims.sub : ''
    const issuedAt = 'iat' in claims && typeof claims.iat === 'number' ? claims.iat * 1000 : 0
    const username =
      'username' in claims && typeof claims.username === 'string' ? claims.username : ''
    return { expiresAt: claims.exp * 1000, issuedAt, subject, username }
  } catch {
    return null
  }
}
