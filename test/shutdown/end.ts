/** How a child ended, and what it left. */
export interface End {
  readonly code: number | null
  readonly signal: string | null
  /** What it printed: the report of its drain, if it came to that. */
  readonly report: unknown
  readonly stderr: string
  /** The lines that its tasks wrote into their file. */
  readonly ran: readonly string[]
}

/** A report with nothing in it but this. */
export function report(what: object = {}): object {
  const nothing = {
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    cancelled: 0,
    skipped: 0,
    handedOff: 0,
    abandoned: [],
  }
  return { ok: true, ...nothing, ...what }
}

/** What a child comes to whose drain was ok and left nothing behind. */
export function cleanEnd(succeeded: number, ran: string[]): End {
  return { code: 0, signal: null, report: report({ succeeded }), stderr: '', ran }
}

/** What a child comes to that was ended at once: it has printed no report. */
export const endedAtOnce: End = { code: 1, signal: null, report: '', stderr: '', ran: [] }
