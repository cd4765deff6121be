/** The tests of a TAP report, each by its path of names, and whether it has passed. */
export function parseTap(report) {
  const tests = new Map()
  const path = []
  for (const line of report.split('\n')) {
    const [, indent = '', subtest, verdict, text = ''] =
      /^( *)(?:# (Subtest): |(not ok|ok) \d+(?: - )?)(.*)$/.exec(line) ?? []
    const depth = indent.length / 4
    if (subtest) path.splice(depth, Infinity, text)
    if (!verdict) continue
    const name = text.replace(/ # time=.*| \{$/g, '').replace(/:\d{4,5}\b/g, ':port')
    const full = [...path.slice(0, depth), name].join(' > ')
    let key = full
    for (let i = 2; tests.has(key); i++) key = `${full} #${i}`
    tests.set(key, / # (SKIP|TODO)\b/i.test(text) ? 'skipped' : verdict)
  }
  return tests
}
