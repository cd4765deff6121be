// A process of its own: node counts-of.js <framework>. Prints JSON: how many listeners and async
// resources ten requests without a task make, on an app with a middleware that does nothing and on ours.
import { apps } from './apps/index.js'
import { type Counts, count } from './counts.js'
import type { BuildApp } from './variants.js'

const build = apps[process.argv[2] ?? 'Koa'] as BuildApp
const total = ({ resources, listeners }: Counts) =>
  [...Object.values(resources), ...Object.values(listeners)].reduce((a, b) => a + b, 0)

const control = await count(build, 'a middleware that does nothing')
const ours = await count(build, 'ours, 0 tasks')
const isEqual = JSON.stringify(sorted(ours)) === JSON.stringify(sorted(control))
console.log(
  JSON.stringify({ control: [total(control)], ours: [total(ours)], isEqual: [Number(isEqual)] }),
)
process.exit(0)

function sorted({ resources, listeners }: Counts): unknown {
  return [resources, listeners].map((part) => Object.entries(part).sort())
}
