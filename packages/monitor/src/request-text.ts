import type { RequestInfo } from '@backgrounder/core'
import { printable } from './printable.js'

/** `POST /signup`, and no more of the URL: secrets travel there. Empty outside of a request. */
export function describeRequest(request: RequestInfo | undefined): string {
  const { method, url } = request ?? {}
  return printable([method, pathOf(url?.slice(0, 1_000))].filter(Boolean).join(' '))
}

// A client may send the whole URL, as to a proxy: `GET http://ada:secret@host/path?query#fragment`.
function pathOf(url = ''): string | undefined {
  return /^(?:[a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1]
}
