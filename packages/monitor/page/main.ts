import { makeAppActions } from './app-actions.js'
import { connect, type Link } from './connection.js'
import { byId } from './dom.js'
import { makeEngines } from './engines.js'
import { makeFailures } from './failures.js'
import { formatCount, formatMs } from './format.js'
import { listenToKeys } from './keys.js'
import { Line } from './line.js'
import { Model } from './model.js'
import { makeNames } from './names.js'
import { makeRuns } from './runs.js'
import { showStatus } from './status.js'
import { makeTheme } from './theme.js'
import { makeTotals } from './totals.js'

const AGES_MS = 1_000

const model = new Model()
let link: Link = 'connecting'
let isDue = false

const filter = byId<HTMLInputElement>('filter')
const matches = (...names: string[]) => {
  const wanted = filter.value.trim().toLowerCase()
  return wanted === '' || names.some((name) => name.toLowerCase().includes(wanted))
}

const appActions = makeAppActions(model)
const totals = makeTotals()
const names = makeNames()
const runs = makeRuns(model)
const failures = makeFailures(model)
const engines = makeEngines(model, matches)
const pending = new Line(byId('pending-line'), {
  title: 'Pending',
  least: 10,
  value: ([, count]) => count,
  format: formatCount,
})
const delay = new Line(byId('delay-line'), {
  title: 'Event-loop delay',
  least: 20,
  value: ([, , ms]) => ms,
  format: formatMs,
})

function render(): void {
  isDue = false
  appActions()
  totals(model)
  showStatus(model, link)
  byId('empty').hidden = !model.isEmpty
  document.body.dataset.empty = String(model.isEmpty)
  names([...model.names.values()].filter(({ name, runner }) => matches(name, runner)))
  runs([...model.runs.values()].filter(({ name, runner }) => matches(name, runner)))
  failures(model.failures.filter(({ name, runner }) => matches(name, runner)))
  engines()
  pending.render(model.points, model.now)
  delay.render(model.points, model.now)
}

/** Once for all that came since the last frame. */
function renderSoon(): void {
  if (isDue) return
  isDue = true
  requestAnimationFrame(render)
}

filter.addEventListener('input', renderSoon)
// The ages of what runs go on, also when nothing is told.
setInterval(renderSoon, AGES_MS)
listenToKeys(makeTheme())
connect({
  onFull(picture) {
    model.replace(picture)
    renderSoon()
  },
  onChanges(picture) {
    model.add(picture)
    renderSoon()
  },
  onAccess(access) {
    model.setAccess(access)
    document.body.dataset.access = access
    renderSoon()
  },
  onLink(now) {
    link = now
    renderSoon()
  },
})
