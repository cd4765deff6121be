import type { IncomingMessage } from 'node:http'

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const names = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Who may look, and who may act: here whoever sits at this machine. In an app of yours it is a session:
 * `const user = await userOf(req); return user?.isOperator ? 'write' : user?.isStaff ? 'read' : false`.
 */
export function authorize({ socket, headers }: IncomingMessage): 'write' | false {
  if (!loopback.has(socket.remoteAddress ?? '')) return false
  // A site elsewhere may let its own name resolve to this machine: the browser then says that name.
  const name = (headers.host ?? '').replace(/:\d+$/, '')
  return names.has(name) ? 'write' : false
}
