/** The path of a URL, without the query. */
function pathOf(url: string): string {
  return url.split('?', 1)[0] as string
}

/**
 * Where a request goes below the mount: `/`, `/events`; empty when its URL ends without a slash, and
 * undefined when it goes elsewhere. A framework that cuts the mount off `url` leaves a slash, also
 * where the client has sent none.
 */
export function below(mount: string, url: string, originalUrl: string): string | undefined {
  if (!url.startsWith(mount)) return undefined // as with nearly all: no text is made for them
  const path = pathOf(url)
  if (mount !== '') {
    if (path === mount) return ''
    return path.startsWith(`${mount}/`) ? path.slice(mount.length) : undefined
  }
  return path === '/' && !pathOf(originalUrl).endsWith('/') ? '' : path
}
