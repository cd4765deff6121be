import type { RequestInfo } from '@backgrounder/core'
import { printable } from './printable.js'

/** `POST /signup`, without the query: that is where secrets travel. Empty outside of a request. */
export function describeRequest(request: RequestInfo | undefined): string {
  const { method, url } = request ?? {}
  const path = url?.slice(0, 1_000).split('?', 1)[0]
  return printable([method, path].filter(Boolean).join(' '))
}
