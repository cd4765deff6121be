const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 4 })

export function formatCount(count: number): string {
  return count < 1_000_000 ? whole.format(count) : short.format(count)
}

/** `<1 ms`, `12 ms`, `1.25 s`, `2 m 05 s`, `3 h 07 m`. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined) return '–'
  if (ms < 1) return '<1 ms'
  if (ms < 999.5) return `${Math.round(ms)} ms`
  const s = ms / 1_000
  if (s < 9.995) return `${s.toFixed(2)} s`
  if (s < 59.95) return `${s.toFixed(1)} s`
  return formatMinutes(Math.round(s))
}

/** The same for what goes on: whole seconds, which change calmly. */
export function formatAge(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000))
  return s < 60 ? `${s} s` : formatMinutes(s)
}

function formatMinutes(s: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  if (s < 3_600) return `${Math.floor(s / 60)} m ${two(s % 60)} s`
  return `${whole.format(Math.floor(s / 3_600))} h ${two(Math.floor((s % 3_600) / 60))} m`
}

export function formatTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB')
}

export function formatMoment(at: number): string {
  return new Date(at).toLocaleString('sv-SE')
}

const labels: Readonly<Record<string, string>> = {
  waiting: 'waiting',
  ready: 'ready',
  running: 'running',
  delayed: 'delayed',
  succeeded: 'succeeded',
  failed: 'failed',
  timedOut: 'timed out',
  cancelled: 'cancelled',
  skipped: 'skipped',
  handedOff: 'handed off',
  abandoned: 'abandoned',
  retried: 'will retry',
}

export function formatState(state: string): string {
  return labels[state] ?? state
}
