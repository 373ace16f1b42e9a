/**
 * Add the path under which a reverse proxy serves the studio. The server writes it to the page.
 * Routes of the page do not need it, because they are in the fragment.
 */
export function withBasePath(path: string): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="studio-base"]')
  return (meta?.content ?? '/').replace(/\/$/, '') + path
}
