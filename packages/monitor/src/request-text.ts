import type { RequestInfo } from '@backgrounder/core'
import { printable } from './printable.js'

/** `POST /signup`, and no more of the URL: secrets travel there. Empty outside of a request. */
export function describeRequest(request: RequestInfo | undefined): string {
  const { method = '', url = '' } = request ?? {}
  return printable(`${method} ${pathOf(url)}`.trim())
}

// A client may send the whole URL, as to a proxy: `GET http://ada:secret@host/path?query#fragment`.
function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  const path = end === -1 ? url : url.slice(0, end)
  return path.startsWith('/') ? path : path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '')
}
