// Made by `npm run page` of what is in ../page.
export const page: string = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Tasks</title>
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cg fill='none' stroke='%234b7bec' stroke-width='2' stroke-linecap='round'%3E%3Cpath d='M2 4h12'/%3E%3Cpath d='M5 8h9' opacity='.7'/%3E%3Cpath d='M9 12h5' opacity='.45'/%3E%3C/g%3E%3C/svg%3E" />
    <style nonce="{nonce}">
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f5f3, #0e1012);
  --surface: light-dark(#fff, #15181b);
  --raised: light-dark(#f0f0ed, #1d2125);
  --line: light-dark(#e2e2dd, #272c31);
  --ink: light-dark(#1a1c1e, #e5e8ea);
  --soft: light-dark(#5c6269, #9ba3ab);
  --faint: light-dark(#868c93, #6d757d);
  --accent: light-dark(#2459c9, #7ba6ff);
  --on-accent: light-dark(#fff, #0e1012);
  --good: light-dark(#197a48, #56c288);
  --warn: light-dark(#955800, #e2a740);
  --bad: light-dark(#bd2b2b, #ff7d74);
  --mono:
    ui-monospace,
    "SF Mono",
    "Cascadia Mono",
    "Segoe UI Mono",
    "Liberation Mono",
    monospace;
  font:
    13px / 1.45 system-ui,
    -apple-system,
    "Segoe UI",
    sans-serif;
  font-variant-numeric: tabular-nums;
  color: var(--ink);
  background: var(--ground);
}
:root[data-theme=light] {
  color-scheme: light;
}
:root[data-theme=dark] {
  color-scheme: dark;
}
*,
::before,
::after {
  box-sizing: border-box;
}
[hidden] {
  display: none !important;
}
body,
h1,
h2,
p,
dl,
dd,
ol,
figure,
pre {
  margin: 0;
  padding: 0;
}
body {
  min-width: 320px;
}
h1,
h2 {
  font-size: inherit;
  font-weight: 600;
}
button,
input {
  font: inherit;
  color: inherit;
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}
.hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}
.soft {
  color: var(--soft);
}
.zero {
  color: var(--faint);
  font-weight: 400;
}
[data-tone=run] {
  color: var(--accent);
}
[data-tone=good] {
  color: var(--good);
}
[data-tone=warn] {
  color: var(--warn);
}
[data-tone=bad] {
  color: var(--bad);
}
code,
pre,
kbd {
  font-family: var(--mono);
  font-size: 12px;
}
kbd {
  min-width: 18px;
  padding: 0 5px;
  border: 1px solid var(--line);
  border-radius: 4px;
  color: var(--soft);
  background: var(--raised);
  font-size: 11px;
  line-height: 16px;
  text-align: center;
}

.top {
  position: sticky;
  top: 0;
  z-index: 2;
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 8px max(20px, calc((100vw - 1400px) / 2));
  border-bottom: 1px solid var(--line);
  background: var(--surface);
}
h1 {
  display: flex;
  align-items: center;
  gap: 8px;
  font-size: 14px;
}
.mark {
  width: 16px;
  height: 16px;
  fill: none;
  stroke: var(--accent);
  stroke-width: 2;
  stroke-linecap: round;
}
.mark path:nth-child(2) {
  opacity: 0.7;
}
.mark path:nth-child(3) {
  opacity: 0.45;
}
.status {
  display: flex;
  align-items: center;
  gap: 7px;
  min-width: 0;
  margin-left: 8px;
  color: var(--soft);
}
.status::before {
  content: "";
  flex: none;
  width: 7px;
  height: 7px;
  border-radius: 50%;
  background: currentcolor;
}
.status[data-tone=quiet] {
  color: var(--faint);
}
.status[data-tone=good] {
  color: var(--soft);
}
.status[data-tone=good]::before {
  background: var(--good);
}
.status[data-tone=warn] {
  color: var(--warn);
  font-weight: 600;
}
.status[data-tone=bad] {
  color: var(--bad);
  font-weight: 600;
}
.actions {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  margin-left: 12px;
}
.filter {
  position: relative;
  margin-left: auto;
}
.filter input {
  width: 220px;
  height: 30px;
  padding: 0 30px 0 10px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--ground);
  appearance: none;
}
.filter input::placeholder {
  color: var(--soft);
  opacity: 1;
}
.filter kbd {
  position: absolute;
  top: 6px;
  right: 7px;
  pointer-events: none;
}
.filter input:focus + kbd {
  visibility: hidden;
}
.icon {
  width: 30px;
  height: 30px;
  padding: 0;
  border: 1px solid var(--line);
  border-radius: 6px;
  color: var(--soft);
  background: var(--ground);
  cursor: pointer;
}
.icon:hover,
.button:hover:not(:disabled) {
  color: var(--ink);
  border-color: var(--faint);
}
main {
  display: grid;
  gap: 14px;
  max-width: 1440px;
  margin: 0 auto;
  padding: 14px 20px 40px;
}
main > *,
.columns > * {
  min-width: 0;
}
body:not([data-link=open]) main {
  opacity: 0.62;
}
.panel,
.lines figure,
.empty,
main > section > .totals {
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--surface);
}
.columns {
  display: grid;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  gap: 14px;
  align-items: start;
}
#engines {
  display: grid;
  gap: 14px;
}
#engines:empty {
  display: none;
}

.totals {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(92px, 1fr));
  overflow: hidden;
}
.totals > div {
  padding: 9px 14px 10px;
  box-shadow: 1px 0 var(--line), 0 1px var(--line);
}
.totals dt {
  color: var(--soft);
  font-size: 11px;
  white-space: nowrap;
}
.totals dd {
  font-size: 19px;
  font-weight: 600;
  line-height: 1.25;
  letter-spacing: -0.01em;
}
.totals dd.zero {
  font-weight: 400;
}
.engine .totals {
  grid-template-columns: repeat(4, minmax(0, 1fr));
  border: solid var(--line);
  border-width: 1px 0;
}
.engine .scroller {
  padding-top: 8px;
}
.word {
  display: none;
}
.engine .totals dt::first-letter {
  text-transform: uppercase;
}
.trouble {
  padding: 8px 14px;
  color: var(--bad);
}
.lines {
  display: grid;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  gap: 14px;
}
.lines figure {
  padding: 10px 14px 8px;
}
figcaption {
  display: flex;
  align-items: baseline;
  gap: 10px;
}
.now {
  margin-left: auto;
  font-weight: 600;
}
.plot {
  position: relative;
  height: 84px;
  margin-top: 8px;
}
.plot svg {
  display: block;
  width: 100%;
  height: 100%;
}
.plot path {
  fill: none;
  vector-effect: non-scaling-stroke;
}
.plot .stroke {
  stroke: var(--accent);
  stroke-width: 1.5;
  stroke-linejoin: round;
}
.plot .area {
  fill: var(--accent);
  opacity: 0.1;
}
.plot .grid {
  stroke: var(--line);
  stroke-dasharray: 2 3;
}
.plot .floor {
  stroke: var(--line);
}
.plot .cursor {
  stroke: var(--faint);
}
.axis {
  display: flex;
  justify-content: space-between;
  margin-top: 3px;
  color: var(--faint);
  font-size: 11px;
}
.axis.most {
  position: absolute;
  top: 1px;
  left: 0;
  margin: 0;
  padding-right: 4px;
  background:
    linear-gradient(
      to right,
      var(--surface) 70%,
      transparent);
  line-height: 14px;
}

.panel > header {
  display: flex;
  align-items: baseline;
  gap: 8px;
  padding: 10px 14px 8px;
}
.tally {
  color: var(--soft);
}
.note {
  margin-left: auto;
  color: var(--soft);
  font-size: 11px;
}
.nothing {
  padding: 4px 14px 14px;
  color: var(--soft);
}
.rest {
  padding: 8px 14px;
  border-top: 1px solid var(--line);
  color: var(--soft);
  font-size: 12px;
}
.scroller {
  max-height: 470px;
  overflow: hidden auto;
  border-radius: 0 0 8px 8px;
  scrollbar-width: thin;
  scrollbar-color: var(--line) transparent;
}
table {
  width: 100%;
  border-collapse: separate;
  border-spacing: 0;
  table-layout: fixed;
}
th {
  position: sticky;
  top: 0;
  z-index: 1;
  padding: 0 8px 5px;
  color: var(--soft);
  background: var(--surface);
  font-size: 11px;
  font-weight: 500;
  text-align: left;
  white-space: nowrap;
}
td {
  padding: 6px 8px;
  border-top: 1px solid var(--line);
  overflow: hidden;
  white-space: nowrap;
  text-overflow: ellipsis;
  vertical-align: top;
}
th:first-child,
td:first-child {
  padding-left: 14px;
}
th:last-child,
td:last-child {
  padding-right: 14px;
}
.number {
  text-align: right;
}
.sort {
  padding: 0;
  border: 0;
  color: inherit;
  background: none;
  cursor: pointer;
}
.sort:hover,
[aria-sort] .sort {
  color: var(--ink);
}
[aria-sort] .sort::after {
  content: " ↓";
}
.name.name [aria-sort] .sort::after {
  content: " ↑";
}
.row {
  cursor: default;
}
.row:hover td {
  background: var(--raised);
}
.row:focus-visible {
  outline-offset: -2px;
  border-radius: 4px;
}
.row[aria-expanded=true] td {
  background: var(--raised);
}
.row[data-tone=over] {
  color: var(--soft);
}
.title {
  display: block;
  overflow: hidden;
  text-overflow: ellipsis;
  font-weight: 500;
}
[data-tone=over] .title {
  font-weight: 400;
}
.below {
  display: block;
  overflow: hidden;
  color: var(--soft);
  font-size: 12px;
  text-overflow: ellipsis;
}
.runner {
  margin-right: 6px;
  padding: 0 5px;
  border-radius: 4px;
  color: var(--soft);
  background: var(--raised);
  font-size: 11px;
  font-weight: 500;
}
.row:hover .runner,
[aria-expanded=true] .runner {
  background: var(--line);
}
.dot {
  display: inline-block;
  width: 7px;
  height: 7px;
  margin-right: 7px;
  border: 1.5px solid currentcolor;
  border-radius: 50%;
  color: var(--faint);
  vertical-align: 1px;
}
[data-state=running] .dot,
[data-state=handedOff] .dot {
  color: var(--accent);
  background: currentcolor;
}
[data-state=ready] .dot {
  color: var(--accent);
}
[data-state=delayed] .dot,
[data-state=retried] .dot {
  color: var(--warn);
}
[data-state=overdue] .dot {
  color: var(--warn);
  background: currentcolor;
}
[data-state=overdue] {
  color: var(--warn);
}
[data-state=succeeded] .dot {
  color: var(--good);
  background: currentcolor;
}
[data-state=failed] .dot,
[data-state=timedOut] .dot,
[data-state=abandoned] .dot {
  color: var(--bad);
  background: currentcolor;
}
[data-state=cancelled] .dot,
[data-state=skipped] .dot {
  background: currentcolor;
}
.state {
  width: 112px;
}
.moment {
  width: 92px;
  color: var(--soft);
}
#failures .state {
  width: 108px;
}
.attempt {
  width: 66px;
}
.age {
  width: 82px;
}
.act {
  width: 90px;
  padding-right: 14px;
  text-align: right;
  text-overflow: clip;
}
#names .number {
  width: 84px;
}
#names .bars {
  width: 130px;
  padding-left: 20px;
}
body:not([data-access=write]) .act {
  width: 14px;
  padding: 0;
}

.button {
  padding: 2px 9px;
  border: 1px solid var(--line);
  border-radius: 5px;
  color: var(--soft);
  background: var(--surface);
  font-size: 12px;
  line-height: 18px;
  cursor: pointer;
}
td .button {
  margin: -2px 0;
}
.button[data-armed] {
  border-color: var(--bad);
  color: var(--bad);
}
.button:disabled {
  opacity: 0.5;
  cursor: default;
}
.actions .button {
  height: 30px;
  padding: 0 12px;
  white-space: nowrap;
  border-color: transparent;
  color: var(--on-accent);
  background: var(--accent);
}
.actions .button:hover:not(:disabled) {
  border-color: transparent;
  color: var(--on-accent);
  filter: brightness(1.08);
}
.histogram {
  display: block;
  width: 100%;
  height: 19px;
}
.histogram .bar,
.large .bar {
  fill: var(--accent);
  background: var(--accent);
}
.histogram .none {
  fill: var(--line);
}
.large {
  display: flex;
  flex: 0 1 640px;
  gap: 3px;
  min-width: 0;
  list-style: none;
}
.large li {
  flex: 1 1 0;
  min-width: 0;
}
.large .space {
  display: flex;
  align-items: flex-end;
  height: 110px;
  border-bottom: 1px solid var(--line);
}
.large .bar {
  width: 100%;
  border-radius: 2px 2px 0 0;
}
.tick {
  display: block;
  height: 16px;
  color: var(--soft);
  font-size: 10px;
  line-height: 16px;
  white-space: nowrap;
}
.details td {
  padding: 0 14px 14px;
  border: 0;
  background: var(--raised);
  white-space: normal;
}
.detail {
  display: flex;
  flex-wrap: wrap;
  gap: 12px 28px;
  padding-top: 4px;
}
.detail pre {
  flex: 1 1 100%;
  max-height: 340px;
  padding: 10px 12px;
  overflow: auto;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--surface);
  line-height: 1.55;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.facts {
  display: grid;
  grid-template-columns: max-content minmax(0, 1fr);
  gap: 2px 14px;
  align-content: start;
}
.large + .facts {
  grid-template-columns: repeat(2, max-content minmax(72px, max-content));
}
.facts dt {
  color: var(--soft);
}
.facts dd {
  overflow-wrap: anywhere;
}

.empty {
  padding: 28px 28px 24px;
}
.empty h2 {
  font-size: 16px;
}
.empty p {
  margin-top: 4px;
  color: var(--soft);
}
.empty dl {
  display: grid;
  grid-template-columns: max-content minmax(0, 1fr);
  gap: 6px 16px;
  align-items: baseline;
  margin: 16px 0;
}
.empty dt {
  color: var(--soft);
}
.empty dd code {
  display: inline-block;
  max-width: 100%;
  padding: 3px 9px;
  border-radius: 5px;
  background: var(--raised);
  overflow-wrap: anywhere;
}
[data-empty=true] :is(#names, .columns) {
  display: none;
}
.notice {
  position: fixed;
  bottom: 20px;
  left: 50%;
  max-width: min(560px, calc(100vw - 32px));
  padding: 9px 14px;
  border-radius: 8px;
  color: var(--ground);
  background: var(--ink);
  overflow-wrap: anywhere;
  translate: -50% 0;
}
dialog {
  max-width: calc(100vw - 32px);
  padding: 20px 24px;
  border: 1px solid var(--line);
  border-radius: 10px;
  color: var(--ink);
  background: var(--surface);
}
dialog::backdrop {
  background: rgb(0 0 0 / 0.4);
}
dialog form {
  margin-top: 16px;
  text-align: right;
}
.keys {
  display: grid;
  grid-template-columns: max-content minmax(0, 1fr);
  gap: 7px 18px;
  margin: 14px 0;
}
@media (prefers-reduced-motion: no-preference) {
  main {
    transition: opacity 0.2s;
  }
  .row td {
    transition: background-color 0.08s;
  }
}

@media (max-width: 1080px) {
  .columns {
    grid-template-columns: minmax(0, 1fr);
  }
}
@media (max-width: 760px) {
  .top {
    flex-wrap: wrap;
    padding: 8px 12px;
  }
  .actions {
    margin-left: 0;
  }
  .actions:not(:empty) {
    flex: 1 1 100%;
    order: 1;
  }
  .actions .button {
    flex: 1;
  }
  .filter {
    flex: 1 1 100%;
    order: 1;
  }
  .filter input {
    width: 100%;
  }
  #theme {
    margin-left: auto;
  }
  main {
    gap: 10px;
    padding: 10px 12px 32px;
  }
  .lines {
    grid-template-columns: minmax(0, 1fr);
    gap: 10px;
  }
  .columns {
    gap: 10px;
  }
  .plot {
    height: 60px;
  }
  .totals {
    grid-template-columns: repeat(auto-fit, minmax(78px, 1fr));
  }
  .totals > div {
    padding: 7px 10px 8px;
  }
  .totals dd {
    font-size: 17px;
  }
  #names :is(.timed-out, .skipped, .p50, .max),
  .attempt,
  #failures .state {
    width: 0;
    padding: 0;
    font-size: 0;
    visibility: hidden;
  }
  #names :is(.count, .failed) {
    width: 60px;
  }
  #names .p95 {
    width: 72px;
  }
  #names .bars {
    width: 96px;
    padding-left: 12px;
  }
  .state {
    width: 29px;
  }
  th.state {
    font-size: 0;
  }
  td.state span {
    display: none;
  }
  .word {
    display: inline;
  }
  .age {
    width: 72px;
  }
  .moment {
    width: 84px;
  }
  .act {
    width: 84px;
  }
  .empty {
    padding: 18px 14px;
  }
  .empty dl {
    grid-template-columns: minmax(0, 1fr);
    gap: 2px;
  }
  .empty dd {
    margin-bottom: 8px;
  }
}
@media (max-width: 480px) {
  #names .bars {
    width: 0;
    padding: 0;
    visibility: hidden;
  }
  #names .p95 {
    padding-right: 14px;
    width: 78px;
  }
}

</style>
  </head>
  <body>
    <header class="top">
      <h1>
        <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 4h12" /><path d="M5 8h9" /><path d="M9 12h5" />
        </svg>
        Tasks
      </h1>
      <p id="status" class="status" role="status" data-tone="quiet">Connecting…</p>
      <span id="actions" class="actions"></span>
      <label class="filter">
        <span class="hidden">Filter by name</span>
        <input id="filter" type="search" placeholder="Filter by name" autocomplete="off" spellcheck="false" />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <button id="theme" class="icon" type="button"></button>
      <button id="help-button" class="icon" type="button" aria-label="Keys" title="Keys (?)">?</button>
    </header>

    <main>
      <section aria-label="Totals"><dl id="totals" class="totals"></dl></section>

      <section id="empty" class="empty" aria-labelledby="empty-title" hidden>
        <h2 id="empty-title">No task yet</h2>
        <p>Add one in any handler. It runs once the response is over, and shows up here:</p>
        <dl>
          <dt>Express</dt>
          <dd><code>res.locals.tasks.addTask(sendEmail, email)</code></dd>
          <dt>Koa</dt>
          <dd><code>ctx.tasks.addTask(sendEmail, email)</code></dd>
          <dt>Fastify</dt>
          <dd><code>request.tasks.addTask(sendEmail, email)</code></dd>
          <dt>anywhere</dt>
          <dd><code>runner.addTask(sendEmail, email)</code></dd>
        </dl>
        <p class="soft">
          Waiting for the first one. A task that never comes here was given to another runner: show
          several with <code>monitor({ web, mail }, …)</code>.
        </p>
      </section>

      <section class="lines" aria-label="The last five minutes">
        <figure id="pending-line"></figure>
        <figure id="delay-line"></figure>
      </section>

      <section id="names" class="panel" aria-labelledby="names-title"></section>
      <div class="columns">
        <section id="runs" class="panel" aria-labelledby="runs-title"></section>
        <section id="failures" class="panel" aria-labelledby="failures-title"></section>
      </div>
      <div id="engines"></div>
    </main>

    <p id="notice" class="notice" role="alert" hidden></p>

    <dialog id="help" aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        <dt><kbd>/</kbd></dt>
        <dd>filter by name</dd>
        <dt><kbd>j</kbd> <kbd>k</kbd> <kbd>↓</kbd> <kbd>↑</kbd></dt>
        <dd>go through the rows</dd>
        <dt><kbd>Enter</kbd></dt>
        <dd>open or close the details</dd>
        <dt><kbd>c</kbd></dt>
        <dd>cancel the task; once more to confirm</dd>
        <dt><kbd>r</kbd></dt>
        <dd>retry the dead letter</dd>
        <dt><kbd>t</kbd></dt>
        <dd>light, dark, or as the system says</dd>
        <dt><kbd>Esc</kbd></dt>
        <dd>close, clear the filter, leave the rows</dd>
      </dl>
      <p class="soft">A list holds still while the pointer or the focus is on it.</p>
      <form method="dialog"><button class="button" type="submit">Close</button></form>
    </dialog>

    <script nonce="{nonce}">
"use strict";
(() => {
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __esm = (fn, res, err) => function __init() {
    if (err) throw err[0];
    try {
      return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
    } catch (e) {
      throw err = [e], e;
    }
  };
  var __commonJS = (cb, mod) => function __require() {
    try {
      return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
    } catch (e) {
      throw mod = 0, e;
    }
  };

  function connect(listener) {
    let source;
    let retry;
    let hide;
    function open() {
      clearTimeout(retry);
      source?.close();
      const opened = new EventSource(\`events\${location.search}\`);
      source = opened;
      const parse = (event) => JSON.parse(event.data);
      let reason;
      opened.addEventListener("full", (event) => {
        reason = void 0;
        listener.onLink("open");
        listener.onFull(parse(event));
      });
      opened.addEventListener("changes", (event) => listener.onChanges(parse(event)));
      opened.addEventListener("access", (event) => listener.onAccess(parse(event)));
      opened.addEventListener("end", (event) => {
        reason = parse(event).reason;
        listener.onLink(reason);
      });
      opened.addEventListener("error", () => {
        if (!reason) listener.onLink("lost");
        if (opened.readyState !== EventSource.CLOSED) return;
        clearTimeout(retry);
        retry = setTimeout(open, RETRY_MS);
      });
    }
    document.addEventListener("visibilitychange", () => {
      clearTimeout(hide);
      if (document.hidden) {
        hide = setTimeout(() => {
          clearTimeout(retry);
          source?.close();
          source = void 0;
        }, HIDDEN_MS);
      } else if (!source) open();
    });
    listener.onLink("connecting");
    open();
  }
  async function post(what, body) {
    const answer = await fetch(\`\${what}\${location.search}\`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-backgrounder": "1" },
      body: JSON.stringify(body)
    });
    if (answer.ok) return;
    const type = answer.headers.get("content-type") ?? "";
    const text2 = type.includes("json") ? (await answer.json()).error : await answer.text();
    throw new Error(String(text2).trim() || \`The server said \${answer.status}\`);
  }
  var RETRY_MS, HIDDEN_MS;
  var init_connection = __esm({
    "packages/monitor/page/connection.ts"() {
      "use strict";
      RETRY_MS = 4e3;
      HIDDEN_MS = 3e4;
    }
  });

  function h(tag, attributes = {}, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }
  function svg(tag, attributes = {}, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  }
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== void 0) element.setAttribute(name, value);
    }
    for (const child of children) if (child) element.append(child);
    return element;
  }
  function byId(id) {
    return document.getElementById(id);
  }
  function setText(element, text2) {
    if (element.textContent !== text2) element.textContent = text2;
  }
  function setData(element, key, value) {
    if (element.dataset[key] !== value) element.dataset[key] = value;
  }
  var init_dom = __esm({
    "packages/monitor/page/dom.ts"() {
      "use strict";
    }
  });

  function notify(text2) {
    const notice = byId("notice");
    notice.textContent = text2;
    notice.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => {
      notice.hidden = true;
    }, SHOWN_MS);
  }
  var SHOWN_MS, timer;
  var init_notice = __esm({
    "packages/monitor/page/notice.ts"() {
      "use strict";
      init_dom();
      SHOWN_MS = 6e3;
    }
  });

  function actionButton({ what, label, body, isConfirmed, of }) {
    const whole2 = of === void 0 ? label : \`\${label} \${of}\`;
    const button = h(
      "button",
      { type: "button", class: \`button \${what}\`, "aria-label": whole2 },
      label
    );
    let timer2;
    function disarm() {
      clearTimeout(timer2);
      delete button.dataset.armed;
      button.textContent = label;
      button.setAttribute("aria-label", whole2);
    }
    async function act() {
      disarm();
      button.disabled = true;
      try {
        await post(what, body);
      } catch (error) {
        notify(\`\${whole2}: \${error.message}\`);
      } finally {
        button.disabled = false;
      }
    }
    button.addEventListener("click", () => {
      if (!isConfirmed || "armed" in button.dataset) {
        void act();
        return;
      }
      button.dataset.armed = "";
      button.textContent = "Sure?";
      button.setAttribute("aria-label", \`\${whole2}: press again to confirm\`);
      timer2 = setTimeout(disarm, CONFIRM_MS);
    });
    button.addEventListener("blur", disarm);
    return button;
  }
  var CONFIRM_MS;
  var init_action_button = __esm({
    "packages/monitor/page/action-button.ts"() {
      "use strict";
      init_connection();
      init_dom();
      init_notice();
      CONFIRM_MS = 4e3;
    }
  });

  function makeAppActions(model) {
    const place = byId("actions");
    let shown = "";
    return () => {
      const labels2 = model.access === "write" ? model.actions : [];
      const wanted = JSON.stringify(labels2);
      if (wanted === shown) return;
      shown = wanted;
      const button = (label) => actionButton({ what: "press", label, body: { id: label }, isConfirmed: false });
      place.replaceChildren(...labels2.map(button));
    };
  }
  var init_app_actions = __esm({
    "packages/monitor/page/app-actions.ts"() {
      "use strict";
      init_action_button();
      init_dom();
    }
  });

  function formatCount(count2) {
    return count2 < 1e6 ? whole.format(count2) : short.format(count2);
  }
  function formatMs(ms) {
    if (ms === void 0) return "–";
    if (ms < 1) return "<1 ms";
    if (ms < 999.5) return \`\${Math.round(ms)} ms\`;
    const s = ms / 1e3;
    if (s < 9.995) return \`\${s.toFixed(2)} s\`;
    if (s < 59.95) return \`\${s.toFixed(1)} s\`;
    return formatMinutes(Math.round(s));
  }
  function formatAge(ms) {
    const s = Math.max(0, Math.floor(ms / 1e3));
    return s < 60 ? \`\${s} s\` : formatMinutes(s);
  }
  function formatMinutes(s) {
    const two = (value) => String(value).padStart(2, "0");
    if (s < 3600) return \`\${Math.floor(s / 60)} m \${two(s % 60)} s\`;
    return \`\${whole.format(Math.floor(s / 3600))} h \${two(Math.floor(s % 3600 / 60))} m\`;
  }
  function formatTime(at) {
    return new Date(at).toLocaleTimeString("en-GB");
  }
  function formatMoment(at) {
    return new Date(at).toLocaleString("sv-SE");
  }
  function formatState(state) {
    return labels[state] ?? state;
  }
  var whole, short, labels;
  var init_format = __esm({
    "packages/monitor/page/format.ts"() {
      "use strict";
      whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
      short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 });
      labels = {
        waiting: "waiting",
        ready: "ready",
        running: "running",
        delayed: "delayed",
        succeeded: "succeeded",
        failed: "failed",
        timedOut: "timed out",
        cancelled: "cancelled",
        skipped: "skipped",
        handedOff: "handed off",
        abandoned: "abandoned",
        retried: "will retry"
      };
    }
  });

  function fillState(cell, state, isOverdue = false) {
    const word = isOverdue ? "overdue" : formatState(state);
    cell.dataset.state = isOverdue ? "overdue" : state;
    if (cell.textContent === word) return;
    cell.replaceChildren(h("i", { class: "dot", "aria-hidden": "true" }), h("span", {}, word));
  }
  function fillCount(cell, count2, tone) {
    setText(cell, formatCount(count2));
    cell.classList.toggle("zero", count2 === 0);
    if (tone) cell.dataset.tone = count2 > 0 ? tone : "";
  }
  function fillName(cell, { name, runner = "", below, word }) {
    const label = [runner, name, below, word].join("\\n");
    if (cell.dataset.label === label) return;
    cell.dataset.label = label;
    cell.title = name;
    cell.replaceChildren(
      h("span", { class: "title" }, runner !== "" && h("b", { class: "runner" }, runner), name)
    );
    if (below === void 0) return;
    cell.append(
      h(
        "span",
        { class: "below", title: below },
        word && h("span", { class: "word" }, below ? \`\${word} · \` : word),
        below
      )
    );
  }
  var init_cells = __esm({
    "packages/monitor/page/cells.ts"() {
      "use strict";
      init_dom();
      init_format();
    }
  });

  function facts(list) {
    const terms = Object.entries(list).flatMap(
      ([name, value]) => value ? [h("dt", {}, name), h("dd", {}, value)] : []
    );
    return h("dl", { class: "facts" }, ...terms);
  }
  function details(...parts) {
    return h("div", { class: "detail" }, ...parts);
  }
  function text(value) {
    return value ? h("pre", { tabindex: "0" }, value) : void 0;
  }
  var init_details = __esm({
    "packages/monitor/page/details.ts"() {
      "use strict";
      init_dom();
    }
  });

  var Table;
  var init_table = __esm({
    "packages/monitor/page/table.ts"() {
      "use strict";
      init_dom();
      Table = class {
        #options;
        #body = h("tbody");
        #note = h("span", { class: "note" });
        #count = h("span", { class: "tally" });
        #nothing;
        #table;
        #rows = /* @__PURE__ */ new Map();
        #heads = /* @__PURE__ */ new Map();
        #sorted;
        #items = [];
        #isPointed = false;
        constructor(section, options) {
          this.#options = options;
          const { id, title, columns, nothing } = options;
          const heads = columns.map((column) => this.#head(column));
          this.#table = h(
            "table",
            { role: "grid", "aria-labelledby": \`\${id}-title\` },
            h("thead", {}, h("tr", {}, ...heads)),
            this.#body
          );
          this.#nothing = h("p", { class: "nothing" }, nothing);
          const scroller = h("div", { class: "scroller" }, this.#table, this.#nothing);
          section.append(
            h("header", {}, h("h2", { id: \`\${id}-title\` }, title), this.#count, this.#note),
            scroller
          );
          scroller.addEventListener("pointerenter", (event) => {
            this.#isPointed = event.pointerType === "mouse";
          });
          scroller.addEventListener("pointerleave", () => {
            this.#isPointed = false;
            this.#arrange();
          });
          section.addEventListener("focusout", () => setTimeout(() => this.#arrange()));
          this.#body.addEventListener("click", (event) => {
            const target = event.target;
            const isMarking = event.detail > 0 && getSelection()?.isCollapsed === false;
            if (target.closest("button, a, .details") || isMarking) return;
            const row = target.closest("tr.row");
            if (row) this.#toggle(row);
          });
        }
        get #isHeld() {
          return this.#isPointed || this.#body.contains(document.activeElement);
        }
        /** Shows these items in this order, or in that of the head that was pressed. */
        render(items, count2 = \`\${items.length || ""}\`) {
          this.#items = items;
          for (const item of items) this.#update(item);
          setText(this.#count, count2);
          this.#arrange();
        }
        #toggle(row) {
          for (const one of this.#rows.values()) {
            if (one.row === row) this.#open(one, !one.details);
          }
        }
        #open(one, isOpen) {
          one.row.setAttribute("aria-expanded", String(isOpen));
          one.details?.remove();
          one.details = void 0;
          if (!isOpen) return;
          const { columns, details: details2 } = this.#options;
          const cell = h("td", { colspan: \`\${columns.length}\`, role: "gridcell" }, details2(one.item));
          one.details = h("tr", { class: "details" }, cell);
          one.row.after(one.details);
        }
        #update(item) {
          const { key, columns, tone, details: details2 } = this.#options;
          const id = key(item);
          const one = this.#rows.get(id);
          if (!one) return;
          if (one.item === item) return;
          one.item = item;
          for (const [index, column] of columns.entries()) {
            column.fill(one.cells[index], item);
          }
          if (tone) one.row.dataset.tone = tone(item);
          const cell = one.details?.firstElementChild;
          if (cell && !getSelection()?.containsNode(cell, true)) cell.replaceChildren(details2(item));
        }
        /** Brings what was told last into the table, when nobody is in it. */
        #arrange() {
          const isFilled = this.#rows.size > 0;
          const isHeld = isFilled && this.#isHeld;
          const items = this.#order(this.#items);
          const keys = new Set(items.map(this.#options.key));
          const isSame = this.#rows.size === keys.size && items.every((item) => this.#rows.has(this.#options.key(item)));
          setText(this.#note, isHeld && !isSame ? "held" : "");
          if (isHeld) return;
          for (const [key, one] of this.#rows) {
            if (keys.has(key)) continue;
            one.row.remove();
            one.details?.remove();
            this.#rows.delete(key);
          }
          let next = this.#body.firstElementChild;
          for (const item of items) {
            const one = this.#rows.get(this.#options.key(item)) ?? this.#make(item);
            for (const row of [one.row, one.details]) {
              if (!row) continue;
              if (row === next) next = next.nextElementSibling;
              else this.#body.insertBefore(row, next);
            }
          }
          this.#table.hidden = items.length === 0;
          this.#nothing.hidden = items.length > 0;
        }
        #make(item) {
          const { columns, key, tone } = this.#options;
          const cells = columns.map(
            ({ kind, head }) => h("td", { class: kind, role: "gridcell", "data-head": head })
          );
          const row = h(
            "tr",
            { class: "row", tabindex: "-1", "aria-expanded": "false", "data-key": key(item) },
            ...cells
          );
          for (const [index, column] of columns.entries()) column.fill(cells[index], item);
          if (tone) row.dataset.tone = tone(item);
          const one = { item, row, cells, details: void 0 };
          this.#rows.set(key(item), one);
          return one;
        }
        #head(column) {
          const { head, kind, order: order2 } = column;
          const cell = h("th", { class: kind, scope: "col", role: "columnheader" });
          this.#heads.set(column, cell);
          if (!order2) {
            cell.append(h("span", {}, head));
            return cell;
          }
          const button = h("button", { type: "button", class: "sort" }, head);
          button.addEventListener("click", () => {
            this.#sorted = this.#sorted === column ? void 0 : column;
            for (const [one, th] of this.#heads) {
              if (one === this.#sorted) th.setAttribute("aria-sort", "descending");
              else th.removeAttribute("aria-sort");
            }
            this.#isPointed = false;
            this.#arrange();
          });
          cell.append(button);
          return cell;
        }
        #order(items) {
          const order2 = this.#sorted?.order;
          if (!order2) return items;
          return [...items].sort((a, b) => {
            const [x, y] = [order2(a), order2(b)];
            if (typeof x === "string") return x.localeCompare(String(y));
            return y - x;
          });
        }
      };
    }
  });

  function makeEngines(model, matches) {
    const panels = /* @__PURE__ */ new Map();
    return () => {
      for (const row of model.engines) {
        const panel = panels.get(row.engine) ?? makePanel(row, model, matches, panels.size);
        panels.set(row.engine, panel);
        panel(row);
      }
    };
  }
  function makePanel({ engine }, model, matches, index) {
    const id = \`engine-\${index}\`;
    const section = h("section", { class: "panel engine", id, "aria-labelledby": \`\${id}-title\` });
    byId("engines").append(section);
    const table = new Table(section, {
      id,
      title: engine === "" ? "Durable jobs" : \`Durable jobs · \${engine}\`,
      nothing: "No dead letter.",
      key: (row) => row.id,
      columns: [
        {
          head: "Died",
          kind: "moment",
          fill: (cell, row) => setText(cell, formatTime(row.failedAt))
        },
        {
          head: "Dead letter",
          kind: "name",
          fill: (cell, row) => fillName(cell, { name: row.name, below: row.error })
        },
        {
          head: "Attempts",
          kind: "number attempt",
          fill: (cell, row) => setText(cell, \`\${row.attempts}\`)
        },
        { head: "", kind: "act", fill: (cell, row) => fillRetry(cell, row, engine, model.access) }
      ],
      details: (row) => details(
        text(row.error),
        facts({
          attempts: \`\${row.attempts}\`,
          "failed at": formatMoment(row.failedAt),
          arguments: row.args,
          id: row.id
        })
      )
    });
    const numbers = depths.map((key) => {
      const number = h("dd", { "data-depth": key });
      return { key, number, part: h("div", {}, h("dt", {}, key), number) };
    });
    const trouble = h("p", { class: "trouble", hidden: "" });
    const depth = h("dl", { class: "totals" }, ...numbers.map(({ part }) => part));
    section.firstElementChild?.after(depth, trouble);
    return ({ stats, dead, error }) => {
      for (const { key, number } of numbers) {
        const count2 = stats?.[key];
        setText(number, count2 === void 0 ? "–" : formatCount(count2));
        number.classList.toggle("zero", !count2);
        number.dataset.tone = key === "dead" && count2 ? "bad" : "";
      }
      trouble.hidden = error === void 0;
      setText(trouble, \`The store does not answer: \${error ?? ""}\`);
      table.render(dead.filter(({ name }) => matches(name)));
    };
  }
  function fillRetry(cell, { id, name }, engine, access) {
    const isOffered = access === "write";
    if (isOffered === (cell.firstElementChild !== null)) return;
    const action = {
      what: "retry",
      label: "Retry",
      body: { id, engine },
      isConfirmed: false
    };
    cell.replaceChildren(...isOffered ? [actionButton({ ...action, of: name })] : []);
  }
  var depths;
  var init_engines = __esm({
    "packages/monitor/page/engines.ts"() {
      "use strict";
      init_action_button();
      init_cells();
      init_details();
      init_dom();
      init_format();
      init_table();
      depths = ["waiting", "delayed", "running", "dead"];
    }
  });

  function makeFailures(model) {
    const section = byId("failures");
    const table = new Table(section, {
      id: "failures",
      title: "Failures",
      nothing: "None so far.",
      key: ({ key }) => \`\${key}\`,
      columns: [
        { head: "Time", kind: "moment", fill: (cell, { at }) => setText(cell, formatTime(at)) },
        {
          head: "Task",
          kind: "name",
          fill: (cell, { name, runner, title, state }) => fillName(cell, { name, runner, below: title, word: formatState(state) })
        },
        { head: "State", kind: "state", fill: (cell, { state }) => fillState(cell, state) }
      ],
      details: (failure) => details(
        text(failure.stack),
        facts({
          state: formatState(failure.state),
          attempt: \`\${failure.attempt}\`,
          took: failure.ms === void 0 ? void 0 : formatMs(failure.ms),
          request: failure.request,
          "added at": failure.addedAt,
          at: formatMoment(failure.at),
          id: failure.id
        })
      )
    });
    const rest = h("p", { class: "rest", hidden: "" });
    section.append(rest);
    return (rows) => {
      table.render(rows.reverse());
      rest.hidden = model.dropped === 0;
      setText(rest, \`\${formatCount(model.dropped)} more came too fast, and were only counted.\`);
    };
  }
  var init_failures = __esm({
    "packages/monitor/page/failures.ts"() {
      "use strict";
      init_cells();
      init_details();
      init_dom();
      init_format();
      init_table();
    }
  });

  function listenToKeys(nextTheme) {
    const filter = byId("filter");
    const help = byId("help");
    byId("help-button").addEventListener("click", () => help.showModal());
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
      const { key } = event;
      const active = document.activeElement;
      if (key === "Escape") {
        leave(filter);
        return;
      }
      if (active === filter) {
        if (key !== "ArrowDown" && key !== "Enter") return;
        event.preventDefault();
        move(1);
        return;
      }
      const row = active?.closest("tr.row");
      const isOnControl = active?.matches("button, input, pre") === true;
      const action = actions[key]?.(row ?? void 0, isOnControl);
      if (action === void 0) return;
      event.preventDefault();
      action();
    });
    const actions = {
      "/": () => () => filter.select(),
      "?": () => () => help.showModal(),
      t: () => nextTheme,
      j: () => () => move(1),
      k: () => () => move(-1),
      ArrowDown: (row, isOnControl) => row && !isOnControl ? () => move(1) : void 0,
      ArrowUp: (row, isOnControl) => row && !isOnControl ? () => move(-1) : void 0,
      Enter: (row, isOnControl) => row && !isOnControl ? () => row.click() : void 0,
      " ": (row, isOnControl) => row && !isOnControl ? () => row.click() : void 0,
      c: (row) => press(row, ".cancel"),
      r: (row) => press(row, ".retry")
    };
  }
  function press(row, button) {
    const found = row?.querySelector(button);
    return found ? () => found.click() : void 0;
  }
  function move(by) {
    const rows = [...document.querySelectorAll("tr.row")].filter(
      (row2) => row2.offsetParent !== null
    );
    const current = document.activeElement?.closest("tr");
    const at = rows.findIndex(
      (row2) => current && (row2 === current || row2.nextElementSibling === current)
    );
    const next = at < 0 ? 0 : at + by;
    const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }
  function leave(filter) {
    const active = document.activeElement;
    const details2 = active?.closest("tr.details");
    const row = details2?.previousElementSibling ?? active?.closest("tr.row");
    if (row?.ariaExpanded === "true") {
      row.focus();
      row.click();
    } else if (filter.value !== "") {
      filter.value = "";
      filter.dispatchEvent(new Event("input"));
    } else active?.blur();
  }
  var init_keys = __esm({
    "packages/monitor/page/keys.ts"() {
      "use strict";
      init_dom();
    }
  });

  function roundUp(value) {
    const unit = 10 ** Math.floor(Math.log10(value));
    return unit * ([1, 2, 5].find((step) => step * unit >= value) ?? 10);
  }
  var SPAN_MS, WIDTH, HEIGHT, Line;
  var init_line = __esm({
    "packages/monitor/page/line.ts"() {
      "use strict";
      init_dom();
      init_format();
      SPAN_MS = 3e5;
      WIDTH = 600;
      HEIGHT = 100;
      Line = class {
        #options;
        #line = svg("path", { class: "stroke" });
        #area = svg("path", { class: "area" });
        #cursor = svg("path", { class: "cursor" });
        #now = h("span", { class: "now" });
        #most = h("span", { class: "soft" });
        #top = h("span", { class: "axis most" });
        #plot;
        #points = [];
        #end = 0;
        #at;
        constructor(figure, options) {
          this.#options = options;
          const box = { viewBox: \`0 0 \${WIDTH} \${HEIGHT}\`, preserveAspectRatio: "none" };
          const grid = svg("path", { class: "grid", d: \`M0 0.5H\${WIDTH}M0 \${HEIGHT / 2}H\${WIDTH}\` });
          const floor = svg("path", { class: "floor", d: \`M0 \${HEIGHT - 0.5}H\${WIDTH}\` });
          const drawing = svg(
            "svg",
            { ...box, "aria-hidden": "true" },
            grid,
            this.#area,
            this.#line,
            floor,
            this.#cursor
          );
          this.#plot = h("div", { class: "plot" }, drawing, this.#top);
          const caption = h("figcaption", {}, h("h2", {}, options.title), this.#most, this.#now);
          const axis = h("p", { class: "axis" }, h("span", {}, "5 min ago"), h("span", {}, "now"));
          figure.append(caption, this.#plot, axis);
          this.#plot.addEventListener("pointermove", ({ clientX }) => {
            const { left, width } = this.#plot.getBoundingClientRect();
            this.#at = (clientX - left) / width;
            this.#tell();
          });
          this.#plot.addEventListener("pointerleave", () => {
            this.#at = void 0;
            this.#tell();
          });
        }
        render(points, now) {
          const { value, format, least } = this.#options;
          this.#points = points;
          this.#end = Math.max(now, points.at(-1)?.[0] ?? 0);
          const values = points.map(value);
          const top = roundUp(Math.max(least, ...values));
          const path = points.map((point, index) => {
            const y = HEIGHT - 1 - values[index] / top * (HEIGHT - 2);
            return \`\${index === 0 ? "M" : "L"}\${this.#x(point).toFixed(1)} \${y.toFixed(1)}\`;
          }).join("");
          this.#line.setAttribute("d", path);
          const [first, last] = [points[0], points.at(-1)];
          const closed = first && last ? \`\${path}L\${this.#x(last).toFixed(1)} \${HEIGHT}L\${this.#x(first).toFixed(1)} \${HEIGHT}Z\` : "";
          this.#area.setAttribute("d", closed);
          setText(this.#top, format(top));
          setText(this.#most, points.length > 0 ? \`max \${format(Math.max(...values))}\` : "");
          this.#tell();
        }
        #x([at]) {
          return WIDTH * (1 - (this.#end - at) / SPAN_MS);
        }
        /** The value that is pointed at, or the last one. */
        #tell() {
          const { value, format } = this.#options;
          const last = this.#points.at(-1);
          const x = this.#at === void 0 ? void 0 : this.#at * WIDTH;
          const point = x === void 0 ? last : this.#nearest(x);
          if (!point) {
            setText(this.#now, "–");
            return;
          }
          const when = x === void 0 ? "" : \`\${formatTime(point[0])} · \`;
          setText(this.#now, \`\${when}\${format(value(point))}\`);
          this.#cursor.setAttribute(
            "d",
            x === void 0 ? "" : \`M\${this.#x(point).toFixed(1)} 0V\${HEIGHT}\`
          );
        }
        #nearest(x) {
          const off = (point) => Math.abs(this.#x(point) - x);
          return this.#points.reduce(
            (best, point) => best && off(best) <= off(point) ? best : point,
            void 0
          );
        }
      };
    }
  });

  var MOST_FAILURES, MOST_POINTS, Model;
  var init_model = __esm({
    "packages/monitor/page/model.ts"() {
      "use strict";
      MOST_FAILURES = 100;
      MOST_POINTS = 300;
      Model = class {
        runners = [];
        runs = /* @__PURE__ */ new Map();
        names = /* @__PURE__ */ new Map();
        failures = [];
        dropped = 0;
        points = [];
        engines = [];
        /** What the buttons of the application say. */
        actions = [];
        access = "read";
        /** Whether anything was told at all. */
        isKnown = false;
        /** How far the server's clock is before ours, in ms. */
        #ahead = 0;
        #settled;
        /** How many tasks were settled in the last second. */
        rate = 0;
        /** By the server's clock, in ms since 1970. */
        get now() {
          return Date.now() + this.#ahead;
        }
        /** The counts of all runners. */
        get totals() {
          const totals = {};
          for (const { stats } of this.runners) {
            for (const [key, count2] of Object.entries(stats)) totals[key] = (totals[key] ?? 0) + count2;
          }
          return totals;
        }
        /** Whether nothing was ever added. */
        get isEmpty() {
          const counts = [this.totals, ...this.engines.map(({ stats }) => stats)].flatMap(
            (stats) => Object.values(stats ?? {})
          );
          return this.isKnown && counts.every((count2) => count2 === 0);
        }
        /** What may be done: every row has to be shown anew. */
        setAccess(access) {
          this.access = access;
          for (const [key, row] of this.runs) this.runs.set(key, { ...row });
          this.engines = this.engines.map((one) => {
            return { ...one, dead: one.dead.map((row) => ({ ...row })) };
          });
        }
        /** All, in the place of what is known. */
        replace(picture) {
          this.runs.clear();
          this.names.clear();
          this.failures = [];
          this.points = [];
          this.#settled = void 0;
          this.isKnown = true;
          this.add(picture);
        }
        /** What has changed. */
        add(picture) {
          const { at, runners, runs, names, failures, dropped, points, engines, actions } = picture;
          this.#ahead = at - Date.now();
          if (runners) this.runners = runners;
          for (const row of runs?.rows ?? []) this.runs.set(row.key, row);
          for (const key of runs?.gone ?? []) this.runs.delete(key);
          for (const row of names ?? []) this.names.set(\`\${row.runner}
\${row.name}\`, row);
          if (failures) this.failures = [...this.failures, ...failures].slice(-MOST_FAILURES);
          if (dropped !== void 0) this.dropped = dropped;
          if (points) this.points = [...this.points, ...points].slice(-MOST_POINTS);
          if (engines) this.engines = engines;
          if (actions) this.actions = actions;
          this.#measure(at);
        }
        #measure(at) {
          const { pending, running, overdue, ...ends } = this.totals;
          const count2 = Object.values(ends).reduce((sum, one) => sum + one, 0);
          const last = this.#settled;
          if (last && at - last.at < 950) return;
          this.rate = last ? (count2 - last.count) * 1e3 / (at - last.at) : 0;
          this.#settled = { at, count: count2 };
        }
      };
    }
  });

  function drawHistogram(counts) {
    const bars = fold(counts);
    const most = Math.max(...bars, 1);
    const shapes = bars.map((count2, index) => {
      const height = count2 === 0 ? 0.6 : Math.max(1.6, count2 / most * HEIGHT2);
      return svg("rect", {
        x: \`\${index * 5}\`,
        y: \`\${HEIGHT2 - height}\`,
        width: "4",
        height: \`\${height}\`,
        class: count2 === 0 ? "none" : "bar"
      });
    });
    const box = { viewBox: \`0 0 \${BARS * 5 - 1} \${HEIGHT2}\`, preserveAspectRatio: "none" };
    const label = describe(bars);
    return svg("svg", { class: "histogram", role: "img", "aria-label": label, ...box }, ...shapes);
  }
  function drawLargeHistogram(counts) {
    const bars = fold(counts);
    const most = Math.max(...bars, 1);
    const columns = bars.map((count2, index) => {
      const bar = h("i", { class: count2 === 0 ? "none" : "bar" });
      bar.style.height = \`\${count2 === 0 ? 0 : Math.max(3, count2 / most * 100)}%\`;
      return h(
        "li",
        { title: \`\${range(index)}: \${formatCount(count2)}\` },
        h("span", { class: "space" }, bar),
        h("span", { class: "tick" }, index % 3 === 0 ? tick(index) : "")
      );
    });
    return h("ol", { class: "large", role: "img", "aria-label": describe(bars) }, ...columns);
  }
  function fold(counts) {
    const bars = new Array(BARS).fill(0);
    for (const [index, count2] of counts.entries()) {
      const bar = Math.min(index, BARS - 1);
      bars[bar] = bars[bar] + count2;
    }
    return bars;
  }
  function describe(bars) {
    const most = Math.max(...bars);
    return most === 0 ? "none has run" : \`most took \${range(bars.indexOf(most))}\`;
  }
  function range(bar) {
    if (bar === 0) return "less than 1 ms";
    if (bar === BARS - 1) return \`\${tick(bar)} or longer\`;
    return \`\${tick(bar)} to \${tick(bar + 1)}\`;
  }
  function tick(bar) {
    if (bar === 0) return "0";
    const ms = 2 ** (bar - 1);
    return ms < 1e3 ? \`\${ms} ms\` : \`\${Math.round(ms / 1e3)} s\`;
  }
  var BARS, HEIGHT2;
  var init_histogram = __esm({
    "packages/monitor/page/histogram.ts"() {
      "use strict";
      init_dom();
      init_format();
      BARS = 18;
      HEIGHT2 = 20;
    }
  });

  function count(head, value, tone) {
    return {
      head,
      kind: \`number \${head.toLowerCase().replace(" ", "-")}\`,
      fill: (cell, row) => fillCount(cell, value(row), tone),
      order: value
    };
  }
  function time(head, value) {
    return {
      head,
      kind: \`number time \${head}\`,
      fill: (cell, row) => setText(cell, formatMs(value(row))),
      order: (row) => value(row) ?? -1
    };
  }
  function makeNames() {
    const table = new Table(byId("names"), {
      id: "names",
      title: "By name",
      nothing: "No task has ended yet.",
      key: ({ runner, name }) => \`\${runner}
\${name}\`,
      columns: [
        {
          head: "Name",
          kind: "name",
          fill: (cell, { name, runner }) => fillName(cell, { name, runner }),
          order: ({ name }) => name
        },
        count("Count", countOf),
        count("Failed", ({ ends }) => ends.failed, "bad"),
        count("Timed out", ({ ends }) => ends.timedOut, "bad"),
        count("Skipped", ({ ends }) => ends.skipped),
        time("p50", ({ p50 }) => p50),
        time("p95", ({ p95 }) => p95),
        time("max", ({ bars, max }) => bars.length > 0 ? max : void 0),
        {
          head: "Duration",
          kind: "bars",
          fill: (cell, { bars }) => cell.replaceChildren(drawHistogram(bars))
        }
      ],
      details: ({ ends, retried, bars, p50, p95, max }) => details(
        drawLargeHistogram(bars),
        facts({
          p50: formatMs(p50),
          p95: formatMs(p95),
          max: formatMs(bars.length > 0 ? max : void 0),
          succeeded: formatCount(ends.succeeded),
          failed: any(ends.failed),
          "timed out": any(ends.timedOut),
          retries: any(retried),
          cancelled: any(ends.cancelled),
          skipped: any(ends.skipped),
          "handed off": any(ends.handedOff),
          abandoned: any(ends.abandoned)
        })
      )
    });
    return (rows) => table.render(rows.sort((a, b) => countOf(b) - countOf(a)));
  }
  var countOf, any;
  var init_names = __esm({
    "packages/monitor/page/names.ts"() {
      "use strict";
      init_cells();
      init_details();
      init_dom();
      init_format();
      init_histogram();
      init_table();
      countOf = ({ ends }) => Object.values(ends).reduce((sum, count2) => sum + count2, 0);
      any = (count2) => count2 > 0 ? formatCount(count2) : void 0;
    }
  });

  function makeRuns(model) {
    const table = new Table(byId("runs"), {
      id: "runs",
      title: "Live",
      nothing: "Nothing is pending.",
      key: ({ key }) => key,
      tone: (row) => isOver(row) ? "over" : "",
      columns: [
        {
          head: "State",
          kind: "state",
          fill: (cell, { state, isOverdue }) => fillState(cell, state, isOverdue)
        },
        {
          head: "Task",
          kind: "name",
          fill: (cell, { name, runner, request, state, isOverdue }) => {
            const word = isOverdue ? "overdue" : formatState(state);
            fillName(cell, { name, runner, below: request, word });
          }
        },
        {
          head: "Attempt",
          kind: "number attempt",
          fill: (cell, { attempt }) => {
            setText(cell, \`\${attempt}\`);
            cell.classList.toggle("zero", attempt === 1);
          }
        },
        { head: "Age", kind: "number age", fill: (cell, row) => fillAge(cell, row, model.now) },
        { head: "", kind: "act", fill: (cell, row) => fillAction(cell, row, model.access) }
      ],
      details: (row) => details(
        facts({
          state: row.isOverdue ? "out of time, and has not ended" : formatState(row.state),
          attempt: \`\${row.attempt}\`,
          request: row.request,
          "added at": row.addedAt,
          accepted: formatMoment(row.acceptedAt),
          took: row.ms === void 0 ? void 0 : formatMs(row.ms),
          arguments: row.args,
          id: row.id
        })
      )
    });
    return (rows) => {
      rows.sort((a, b) => rank(a) - rank(b) || a.acceptedAt - b.acceptedAt);
      const pending = rows.filter((row) => !isOver(row)).length;
      const total = model.totals.pending ?? 0;
      table.render(rows, pending < total ? \`\${pending} of \${formatCount(total)}\` : \`\${pending || ""}\`);
      for (const cell of document.querySelectorAll("#runs td.age")) {
        const row = model.runs.get(cell.parentElement?.dataset.key ?? "");
        if (row) fillAge(cell, row, model.now);
      }
    };
  }
  function isOver({ state, isOverdue }) {
    return !isOverdue && !order.includes(state);
  }
  function rank(row) {
    if (row.isOverdue) return -1;
    return isOver(row) ? order.length : order.indexOf(row.state);
  }
  function fillAge(cell, row, now) {
    setText(cell, isOver(row) ? formatMs(row.ms) : formatAge(now - row.acceptedAt));
  }
  function fillAction(cell, row, access) {
    const hasButton = cell.firstElementChild !== null;
    const isOffered = access === "write" && !isOver(row) && !row.isOverdue;
    if (isOffered === hasButton) return;
    const { key, name } = row;
    const action = { what: "cancel", label: "Cancel", body: { id: key }, isConfirmed: true };
    cell.replaceChildren(...isOffered ? [actionButton({ ...action, of: name })] : []);
  }
  var order;
  var init_runs = __esm({
    "packages/monitor/page/runs.ts"() {
      "use strict";
      init_action_button();
      init_cells();
      init_details();
      init_dom();
      init_format();
      init_table();
      order = ["running", "ready", "delayed", "waiting"];
    }
  });

  function showStatus(model, link) {
    const [text2, tone] = link === "open" ? drainOf(model) : links[link];
    const status = byId("status");
    setText(status, text2);
    setData(status, "tone", tone);
    setData(document.body, "link", link);
  }
  function drainOf(model) {
    const drains = model.runners.flatMap(({ drain }) => drain ?? []);
    const current = drains.find(({ phase }) => phase === "start");
    if (current) {
      const { pending = 0 } = model.totals;
      const left = current.timeout === void 0 ? void 0 : current.at + current.timeout - model.now;
      const time2 = left === void 0 ? "" : \` · \${Math.max(0, Math.ceil(left / 1e3))} s left\`;
      return [\`Draining · \${formatCount(pending)} pending\${time2}\`, "warn"];
    }
    const abandoned = drains.reduce((sum, drain) => sum + (drain.abandoned ?? 0), 0);
    if (abandoned > 0) return [\`Drained · \${formatCount(abandoned)} abandoned\`, "bad"];
    if (drains.length > 0)
      return [drains.every(({ ok }) => ok) ? "Drained" : "Drained · not closed", "good"];
    return ["Connected", "good"];
  }
  var links;
  var init_status = __esm({
    "packages/monitor/page/status.ts"() {
      "use strict";
      init_dom();
      init_format();
      links = {
        connecting: ["Connecting…", "quiet"],
        lost: ["No connection, trying again…", "bad"],
        forbidden: ["No access any more", "bad"],
        drained: ["Drained; the server let go of this page", "warn"],
        closed: ["The server is stopping", "warn"]
      };
    }
  });

  function makeTheme() {
    let index = Math.max(0, themes.indexOf(load()));
    const button = byId("theme");
    const show = () => {
      const theme = themes[index];
      document.documentElement.dataset.theme = theme;
      button.textContent = signs[theme];
      button.title = \`Theme: \${theme} (t)\`;
      button.setAttribute("aria-label", \`Theme: \${theme}\`);
    };
    const next = () => {
      index = (index + 1) % themes.length;
      save(themes[index]);
      show();
    };
    button.addEventListener("click", next);
    show();
    return next;
  }
  function load() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }
  function save(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
    }
  }
  var themes, signs, KEY;
  var init_theme = __esm({
    "packages/monitor/page/theme.ts"() {
      "use strict";
      init_dom();
      themes = ["auto", "light", "dark"];
      signs = { auto: "◐", light: "○", dark: "●" };
      KEY = "backgrounder-theme";
    }
  });

  function makeTotals() {
    const numbers = kinds.map(([key, label, tone]) => {
      const number = h("dd", { "data-total": key });
      byId("totals").append(h("div", {}, h("dt", {}, label), number));
      return { key, tone, number };
    });
    return (model) => {
      const { totals } = model;
      for (const { key, tone, number } of numbers) {
        const count2 = key === "rate" ? Math.round(model.rate) : totals[key] ?? 0;
        setText(number, model.isKnown ? formatCount(count2) : "–");
        number.classList.toggle("zero", count2 === 0);
        number.dataset.tone = count2 > 0 ? tone : "";
      }
    };
  }
  var kinds;
  var init_totals = __esm({
    "packages/monitor/page/totals.ts"() {
      "use strict";
      init_dom();
      init_format();
      kinds = [
        ["pending", "Pending", ""],
        ["running", "Running", "run"],
        ["overdue", "Overdue", "warn"],
        ["rate", "Per second", ""],
        ["succeeded", "Succeeded", ""],
        ["failed", "Failed", "bad"],
        ["timedOut", "Timed out", "bad"],
        ["cancelled", "Cancelled", ""],
        ["skipped", "Skipped", ""],
        ["handedOff", "Handed off", ""],
        ["abandoned", "Abandoned", "bad"]
      ];
    }
  });

  var require_main = __commonJS({
    "packages/monitor/page/main.ts"() {
      init_app_actions();
      init_connection();
      init_dom();
      init_engines();
      init_failures();
      init_format();
      init_keys();
      init_line();
      init_model();
      init_names();
      init_runs();
      init_status();
      init_theme();
      init_totals();
      var AGES_MS = 1e3;
      var model = new Model();
      var link = "connecting";
      var isDue = false;
      var filter = byId("filter");
      var matches = (...names2) => {
        const wanted = filter.value.trim().toLowerCase();
        return wanted === "" || names2.some((name) => name.toLowerCase().includes(wanted));
      };
      var appActions = makeAppActions(model);
      var totals = makeTotals();
      var names = makeNames();
      var runs = makeRuns(model);
      var failures = makeFailures(model);
      var engines = makeEngines(model, matches);
      var pending = new Line(byId("pending-line"), {
        title: "Pending",
        least: 10,
        value: ([, count2]) => count2,
        format: formatCount
      });
      var delay = new Line(byId("delay-line"), {
        title: "Event-loop delay",
        least: 20,
        value: ([, , ms]) => ms,
        format: formatMs
      });
      function render() {
        isDue = false;
        appActions();
        totals(model);
        showStatus(model, link);
        byId("empty").hidden = !model.isEmpty;
        document.body.dataset.empty = String(model.isEmpty);
        names([...model.names.values()].filter(({ name, runner }) => matches(name, runner)));
        runs([...model.runs.values()].filter(({ name, runner }) => matches(name, runner)));
        failures(model.failures.filter(({ name, runner }) => matches(name, runner)));
        engines();
        pending.render(model.points, model.now);
        delay.render(model.points, model.now);
      }
      function renderSoon() {
        if (isDue) return;
        isDue = true;
        requestAnimationFrame(render);
      }
      filter.addEventListener("input", renderSoon);
      setInterval(renderSoon, AGES_MS);
      listenToKeys(makeTheme());
      connect({
        onFull(picture) {
          model.replace(picture);
          renderSoon();
        },
        onChanges(picture) {
          model.add(picture);
          renderSoon();
        },
        onAccess(access) {
          model.setAccess(access);
          document.body.dataset.access = access;
          renderSoon();
        },
        onLink(now) {
          link = now;
          renderSoon();
        }
      });
    }
  });
  require_main();
})();
</script>
  </body>
</html>
`
