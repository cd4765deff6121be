import net from 'node:net'

// Loaded before a block: its server listens on a free port in the place of 3000, and tells which.

const { listen } = net.Server.prototype

net.Server.prototype.listen = function listenElsewhere(first, ...rest) {
  this.once('listening', () => process.send?.({ port: this.address().port }))
  if (first === 3000) return listen.call(this, 0, ...rest)
  if (first?.port === 3000) return listen.call(this, { ...first, port: 0 }, ...rest)
  return listen.call(this, first, ...rest)
}
