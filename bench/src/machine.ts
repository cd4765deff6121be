import os from 'node:os'

/** What it was measured on, and when. */
export function machine(): string {
  const [cpu] = os.cpus()
  const cores = `${os.cpus().length} cores${cpu ? `, ${cpu.model}` : ''}`
  return `Node.js ${process.version}, ${os.type()}, ${cores}, ${new Date().toISOString().slice(0, 10)}`
}
