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
:root{color-scheme:light dark;--ground: light-dark(#f5f5f3, #0e1012);--surface: light-dark(#fff, #15181b);--raised: light-dark(#f0f0ed, #1d2125);--line: light-dark(#e2e2dd, #272c31);--ink: light-dark(#1a1c1e, #e5e8ea);--soft: light-dark(#5c6269,
#9ba3ab);--faint: light-dark(#868c93, #6d757d);--accent: light-dark(#2459c9, #7ba6ff);--on-accent: light-dark(#fff, #0e1012);--good: light-dark(#197a48, #56c288);--warn: light-dark(#955800, #e2a740);--bad: light-dark(#bd2b2b, #ff7d74);--mono:
ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Liberation Mono", monospace;font:13px/1.45 system-ui,-apple-system,Segoe UI,sans-serif;font-variant-numeric:tabular-nums;color:var(--ink);background:var(--ground)}:root[data-theme=light]{
color-scheme:light}:root[data-theme=dark]{color-scheme:dark}*,:before,:after{box-sizing:border-box}[hidden]{display:none!important}body,h1,h2,p,dl,dd,ol,figure,pre{margin:0;padding:0}body{min-width:320px}h1,h2{font-size:inherit;font-weight:600}
button,input{font:inherit;color:inherit}:focus-visible{outline:2px solid var(--accent);outline-offset:1px}.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.soft{color:var(--soft)}.zero{color:var(--faint);font-weight:400}
[data-tone=run]{color:var(--accent)}[data-tone=good]{color:var(--good)}[data-tone=warn]{color:var(--warn)}[data-tone=bad]{color:var(--bad)}code,pre,kbd{font-family:var(--mono);font-size:12px}kbd{min-width:18px;padding:0 5px;border:1px solid
var(--line);border-radius:4px;color:var(--soft);background:var(--raised);font-size:11px;line-height:16px;text-align:center}.top{position:sticky;top:0;z-index:2;display:flex;align-items:center;gap:8px;padding:8px max(20px,calc((100vw - 1400px)/2));border-bottom:1px solid var(--line);background:var(--surface)}h1{display:flex;align-items:center;gap:8px;font-size:14px}
.mark{width:16px;height:16px;fill:none;stroke:var(--accent);stroke-width:2;stroke-linecap:round}.mark path:nth-child(2){opacity:.7}.mark path:nth-child(3){opacity:.45}.status{display:flex;align-items:center;gap:7px;min-width:0;margin-left:8px;
color:var(--soft)}.status:before{content:"";flex:none;width:7px;height:7px;border-radius:50%;background:currentcolor}.status[data-tone=quiet]{color:var(--faint)}.status[data-tone=good]{color:var(--soft)}.status[data-tone=good]:before{background:var(--good)}
.status[data-tone=warn]{color:var(--warn);font-weight:600}.status[data-tone=bad]{color:var(--bad);font-weight:600}.actions{display:flex;flex-wrap:wrap;gap:8px;margin-left:12px}.filter{position:relative;margin-left:auto}.filter input{width:220px;
height:30px;padding:0 30px 0 10px;border:1px solid var(--line);border-radius:6px;background:var(--ground);appearance:none}.filter input::placeholder{color:var(--soft);opacity:1}.filter kbd{position:absolute;top:6px;right:7px;pointer-events:none}
.filter input:focus+kbd{visibility:hidden}.icon{width:30px;height:30px;padding:0;border:1px solid var(--line);border-radius:6px;color:var(--soft);background:var(--ground);cursor:pointer}.icon:hover,.button:hover:not(:disabled){color:var(--ink);
border-color:var(--faint)}main{display:grid;gap:14px;max-width:1440px;margin:0 auto;padding:14px 20px 40px}main>*,.columns>*{min-width:0}body:not([data-link=open]) main{opacity:.62}.panel,.lines figure,.empty,main>section>.totals{border:1px
solid var(--line);border-radius:8px;background:var(--surface)}.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:14px;align-items:start}#engines{display:grid;gap:14px}#engines:empty{display:none}.totals{display:grid;grid-template-columns:repeat(auto-fit,minmax(92px,1fr));overflow:hidden}.totals>div{padding:9px 14px 10px;box-shadow:1px 0 var(--line),0 1px var(--line)}.totals dt{color:var(--soft);font-size:11px;white-space:nowrap}.totals
dd{font-size:19px;font-weight:600;line-height:1.25;letter-spacing:-.01em}.totals dd.zero{font-weight:400}.engine .totals{grid-template-columns:repeat(4,minmax(0,1fr));border:solid var(--line);border-width:1px 0}.engine .scroller{padding-top:8px}
.word{display:none}.engine .totals dt:first-letter{text-transform:uppercase}.trouble{padding:8px 14px;color:var(--bad)}.lines{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:14px}.lines figure{padding:10px 14px 8px}figcaption{
display:flex;align-items:baseline;gap:10px}.now{margin-left:auto;font-weight:600}.plot{position:relative;height:84px;margin-top:8px}.plot svg{display:block;width:100%;height:100%}.plot path{fill:none;vector-effect:non-scaling-stroke}.plot .stroke{
stroke:var(--accent);stroke-width:1.5;stroke-linejoin:round}.plot .area{fill:var(--accent);opacity:.1}.plot .grid{stroke:var(--line);stroke-dasharray:2 3}.plot .floor{stroke:var(--line)}.plot .cursor{stroke:var(--faint)}.axis{display:flex;justify-content:space-between;
margin-top:3px;color:var(--faint);font-size:11px}.axis.most{position:absolute;top:1px;left:0;margin:0;padding-right:4px;background:linear-gradient(to right,var(--surface) 70%,transparent);line-height:14px}.panel>header{display:flex;align-items:baseline;gap:8px;padding:10px 14px 8px}.tally{color:var(--soft)}.note{margin-left:auto;color:var(--soft);font-size:11px}.nothing{padding:4px 14px 14px;color:var(--soft)}.rest{padding:8px 14px;border-top:1px
solid var(--line);color:var(--soft);font-size:12px}.scroller{max-height:470px;overflow:hidden auto;border-radius:0 0 8px 8px;scrollbar-width:thin;scrollbar-color:var(--line) transparent}table{width:100%;border-collapse:separate;border-spacing:0;
table-layout:fixed}th{position:sticky;top:0;z-index:1;padding:0 8px 5px;color:var(--soft);background:var(--surface);font-size:11px;font-weight:500;text-align:left;white-space:nowrap}td{padding:6px 8px;border-top:1px solid var(--line);overflow:hidden;
white-space:nowrap;text-overflow:ellipsis;vertical-align:top}th:first-child,td:first-child{padding-left:14px}th:last-child,td:last-child{padding-right:14px}.number{text-align:right}.sort{padding:0;border:0;color:inherit;background:none;cursor:pointer}
.sort:hover,[aria-sort] .sort{color:var(--ink)}[aria-sort] .sort:after{content:" ↓"}.name.name [aria-sort] .sort:after{content:" ↑"}.row{cursor:default}.row:hover td{background:var(--raised)}.row:focus-visible{outline-offset:-2px;border-radius:4px}
.row[aria-expanded=true] td{background:var(--raised)}.row[data-tone=over]{color:var(--soft)}.title{display:block;overflow:hidden;text-overflow:ellipsis;font-weight:500}[data-tone=over] .title{font-weight:400}.below{display:block;overflow:hidden;
color:var(--soft);font-size:12px;text-overflow:ellipsis}.runner{margin-right:6px;padding:0 5px;border-radius:4px;color:var(--soft);background:var(--raised);font-size:11px;font-weight:500}.row:hover .runner,[aria-expanded=true] .runner{background:var(--line)}
.dot{display:inline-block;width:7px;height:7px;margin-right:7px;border:1.5px solid currentcolor;border-radius:50%;color:var(--faint);vertical-align:1px}[data-state=running] .dot,[data-state=handedOff] .dot{color:var(--accent);background:currentcolor}
[data-state=ready] .dot{color:var(--accent)}[data-state=delayed] .dot,[data-state=retried] .dot{color:var(--warn)}[data-state=overdue] .dot{color:var(--warn);background:currentcolor}[data-state=overdue]{color:var(--warn)}[data-state=succeeded]
.dot{color:var(--good);background:currentcolor}[data-state=failed] .dot,[data-state=timedOut] .dot,[data-state=abandoned] .dot{color:var(--bad);background:currentcolor}[data-state=cancelled] .dot,[data-state=skipped] .dot{background:currentcolor}
.state{width:112px}.moment{width:92px;color:var(--soft)}#failures .state{width:108px}.attempt{width:66px}.age{width:82px}.act{width:90px;padding-right:14px;text-align:right;text-overflow:clip}#names .number{width:84px}#names .bars{width:130px;
padding-left:20px}body:not([data-access=write]) .act{width:14px;padding:0}.button{padding:2px 9px;border:1px solid var(--line);border-radius:5px;color:var(--soft);background:var(--surface);font-size:12px;line-height:18px;cursor:pointer}td .button{margin:-2px 0}.button[data-armed]{border-color:var(--bad);color:var(--bad)}
.button:disabled{opacity:.5;cursor:default}.actions .button{height:30px;padding:0 12px;white-space:nowrap;border-color:transparent;color:var(--on-accent);background:var(--accent)}.actions .button:hover:not(:disabled){border-color:transparent;
color:var(--on-accent);filter:brightness(1.08)}.histogram{display:block;width:100%;height:19px}.histogram .bar,.large .bar{fill:var(--accent);background:var(--accent)}.histogram .none{fill:var(--line)}.large{display:flex;flex:0 1 640px;gap:3px;
min-width:0;list-style:none}.large li{flex:1 1 0;min-width:0}.large .space{display:flex;align-items:flex-end;height:110px;border-bottom:1px solid var(--line)}.large .bar{width:100%;border-radius:2px 2px 0 0}.tick{display:block;height:16px;color:var(--soft);
font-size:10px;line-height:16px;white-space:nowrap}.details td{padding:0 14px 14px;border:0;background:var(--raised);white-space:normal}.detail{display:flex;flex-wrap:wrap;gap:12px 28px;padding-top:4px}.detail pre{flex:1 1 100%;max-height:340px;
padding:10px 12px;overflow:auto;border:1px solid var(--line);border-radius:6px;background:var(--surface);line-height:1.55;overflow-wrap:anywhere;white-space:pre-wrap}.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px
14px;align-content:start}.large+.facts{grid-template-columns:repeat(2,max-content minmax(72px,max-content))}.facts dt{color:var(--soft)}.facts dd{overflow-wrap:anywhere}.empty{padding:28px 28px 24px}.empty h2{font-size:16px}.empty p{margin-top:4px;color:var(--soft)}.empty dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:6px 16px;align-items:baseline;margin:16px 0}.empty dt{color:var(--soft)}
.empty dd code{display:inline-block;max-width:100%;padding:3px 9px;border-radius:5px;background:var(--raised);overflow-wrap:anywhere}[data-empty=true] :is(#names,.columns){display:none}.notice{position:fixed;bottom:20px;left:50%;max-width:min(560px,calc(100vw
- 32px));padding:9px 14px;border-radius:8px;color:var(--ground);background:var(--ink);overflow-wrap:anywhere;translate:-50% 0}dialog{max-width:calc(100vw - 32px);padding:20px 24px;border:1px solid var(--line);border-radius:10px;color:var(--ink);
background:var(--surface)}dialog::backdrop{background:#0006}dialog form{margin-top:16px;text-align:right}.keys{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:7px 18px;margin:14px 0}@media(prefers-reduced-motion:no-preference){
main{transition:opacity .2s}.row td{transition:background-color .08s}}@media(max-width:1080px){.columns{grid-template-columns:minmax(0,1fr)}}@media(max-width:760px){.top{flex-wrap:wrap;padding:8px 12px}.actions{margin-left:0}.actions:not(:empty){flex:1 1 100%;order:1}.actions .button{flex:1}.filter{flex:1 1 100%;
order:1}.filter input{width:100%}#theme{margin-left:auto}main{gap:10px;padding:10px 12px 32px}.lines{grid-template-columns:minmax(0,1fr);gap:10px}.columns{gap:10px}.plot{height:60px}.totals{grid-template-columns:repeat(auto-fit,minmax(78px,1fr))}
.totals>div{padding:7px 10px 8px}.totals dd{font-size:17px}#names :is(.timed-out,.skipped,.p50,.max),.attempt,#failures .state{width:0;padding:0;font-size:0;visibility:hidden}#names :is(.count,.failed){width:60px}#names .p95{width:72px}#names
.bars{width:96px;padding-left:12px}.state{width:29px}th.state{font-size:0}td.state span{display:none}.word{display:inline}.age{width:72px}.moment,.act{width:84px}.empty{padding:18px 14px}.empty dl{grid-template-columns:minmax(0,1fr);gap:2px}
.empty dd{margin-bottom:8px}}@media(max-width:480px){#names .bars{width:0;padding:0;visibility:hidden}#names .p95{padding-right:14px;width:78px}}
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
"use strict";(()=>{var h=(t,e,n)=>()=>{if(n)throw n[0];try{return t&&(e=t(t=0)),e}catch(r){throw n=[r],r}};var We=(t,e)=>()=>{try{return e||t((e={exports:{}}).exports,e),e.exports}catch(n){throw e=0,n}};function se(t){let e,n,r;function o(){clearTimeout(n),e?.close();let i=new EventSource(\`events\${location.search}\`);e=i;let s=d=>JSON.parse(d.data),l;i.addEventListener("full",d=>{l=void 0,t.onLink("open"),t.onFull(s(d))}),i.addEventListener(
"changes",d=>t.onChanges(s(d))),i.addEventListener("access",d=>t.onAccess(s(d))),i.addEventListener("end",d=>{l=s(d).reason,t.onLink(l)}),i.addEventListener("error",()=>{l||t.onLink("lost"),i.readyState===EventSource.CLOSED&&(clearTimeout(n),
n=setTimeout(o,4e3))})}document.addEventListener("visibilitychange",()=>{clearTimeout(r),document.hidden?r=setTimeout(()=>{clearTimeout(n),e?.close(),e=void 0},3e4):e||o()}),t.onLink("connecting"),o()}async function ae(t,e){let n=await fetch(
\`\${t}\${location.search}\`,{method:"POST",headers:{"content-type":"application/json","x-backgrounder":"1"},body:JSON.stringify(e)});if(n.ok)return;let o=(n.headers.get("content-type")??"").includes("json")?(await n.json()).error:await n.text();
throw new Error(String(o).trim()||\`The server said \${n.status}\`)}var X=h(()=>{"use strict"});function a(t,e={},...n){return de(document.createElement(t),e,n)}function v(t,e={},...n){return de(document.createElementNS("http://www.w3.org/2000/svg",t),e,n)}function de(t,e,n){for(let[r,o]of Object.entries(e))o!==void 0&&t.setAttribute(
r,o);for(let r of n)r&&t.append(r);return t}function f(t){return document.getElementById(t)}function p(t,e){t.textContent!==e&&(t.textContent=e)}function ee(t,e,n){t.dataset[e]!==n&&(t.dataset[e]=n)}var y=h(()=>{"use strict"});function ce(t){let e=f("notice");e.textContent=t,e.hidden=!1,clearTimeout(le),le=setTimeout(()=>{e.hidden=!0},Je)}var Je,le,ue=h(()=>{"use strict";y();Je=6e3});function H({what:t,label:e,body:n,isConfirmed:r,of:o}){let i=o===void 0?e:\`\${e} \${o}\`,s=a("button",{type:"button",class:\`button \${t}\`,"aria-label":i},e),l;function d(){clearTimeout(l),delete s.dataset.armed,s.textContent=e,s.setAttribute("a\\
ria-label",i)}async function u(){d(),s.disabled=!0;try{await ae(t,n)}catch(c){ce(\`\${i}: \${c.message}\`)}finally{s.disabled=!1}}return s.addEventListener("click",()=>{if(!r||"armed"in s.dataset){u();return}s.dataset.armed="",s.textContent="Su\\
re?",s.setAttribute("aria-label",\`\${i}: press again to confirm\`),l=setTimeout(d,Ye)}),s.addEventListener("blur",d),s}var Ye,z=h(()=>{"use strict";X();y();ue();Ye=4e3});function me(t){let e=f("actions"),n="";return()=>{let r=t.access==="write"?t.actions:[],o=JSON.stringify(r);if(o===n)return;n=o;let i=s=>H({what:"press",label:s,body:{id:s},isConfirmed:!1});e.replaceChildren(...r.map(i))}}var fe=h(()=>{"use\\
 strict";z();y()});function g(t){return t<1e6?pe.format(t):Ze.format(t)}function w(t){if(t===void 0)return"–";if(t<1)return"<1 ms";if(t<999.5)return\`\${Math.round(t)} ms\`;let e=t/1e3;return e<9.995?\`\${e.toFixed(2)} s\`:e<59.95?\`\${e.toFixed(1)} s\`:ge(Math.round(
e))}function he(t){let e=Math.max(0,Math.floor(t/1e3));return e<60?\`\${e} s\`:ge(e)}function ge(t){let e=n=>String(n).padStart(2,"0");return t<3600?\`\${Math.floor(t/60)} m \${e(t%60)} s\`:\`\${pe.format(Math.floor(t/3600))} h \${e(Math.floor(t%3600/
60))} m\`}function A(t){return new Date(t).toLocaleTimeString("en-GB")}function N(t){return new Date(t).toLocaleString("sv-SE")}function M(t){return Qe[t]??t}var pe,Ze,Qe,T=h(()=>{"use strict";pe=new Intl.NumberFormat("en-US",{maximumFractionDigits:0}),
Ze=new Intl.NumberFormat("en-US",{notation:"compact",maximumSignificantDigits:4});Qe={waiting:"waiting",ready:"ready",running:"running",delayed:"delayed",succeeded:"succeeded",failed:"failed",timedOut:"timed out",cancelled:"cancelled",skipped:"\\
skipped",handedOff:"handed off",abandoned:"abandoned",retried:"will retry"}});function G(t,e,n=!1){let r=n?"overdue":M(e);t.dataset.state=n?"overdue":e,t.textContent!==r&&t.replaceChildren(a("i",{class:"dot","aria-hidden":"true"}),a("span",{},r))}function ye(t,e,n){p(t,g(e)),t.classList.toggle("zero",e===0),n&&(t.dataset.
tone=e>0?n:"")}function x(t,{name:e,runner:n="",below:r,word:o}){let i=[n,e,r,o].join(\`
\`);t.dataset.label!==i&&(t.dataset.label=i,t.title=e,t.replaceChildren(a("span",{class:"title"},n!==""&&a("b",{class:"runner"},n),e)),r!==void 0&&t.append(a("span",{class:"below",title:r},o&&a("span",{class:"word"},r?\`\${o} · \`:o),r)))}var F=h(
()=>{"use strict";y();T()});function k(t){let e=Object.entries(t).flatMap(([n,r])=>r?[a("dt",{},n),a("dd",{},r)]:[]);return a("dl",{class:"facts"},...e)}function L(...t){return a("div",{class:"detail"},...t)}function U(t){return t?a("pre",{tabindex:"0"},t):void 0}var j=h(
()=>{"use strict";y()});var E,_=h(()=>{"use strict";y();E=class{#e;#t=a("tbody");#s=a("span",{class:"note"});#c=a("span",{class:"tally"});#a;#l;#n=new Map;#r=new Map;#i;#u=[];#o=!1;constructor(e,n){this.#e=n;let{id:r,title:o,columns:i,nothing:s}=n,l=i.map(u=>this.#y(
u));this.#l=a("table",{role:"grid","aria-labelledby":\`\${r}-title\`},a("thead",{},a("tr",{},...l)),this.#t),this.#a=a("p",{class:"nothing"},s);let d=a("div",{class:"scroller"},this.#l,this.#a);e.append(a("header",{},a("h2",{id:\`\${r}-title\`},o),
this.#c,this.#s),d),d.addEventListener("pointerenter",u=>{this.#o=u.pointerType==="mouse"}),d.addEventListener("pointerleave",()=>{this.#o=!1,this.#f()}),e.addEventListener("focusout",()=>setTimeout(()=>this.#f())),this.#t.addEventListener(
"click",u=>{let c=u.target,m=u.detail>0&&getSelection()?.isCollapsed===!1;if(c.closest("button, a, .details")||m)return;let $=c.closest("tr.row");$&&this.#m($)})}get#d(){return this.#o||this.#t.contains(document.activeElement)}render(e,n=\`\${e.
length||""}\`){this.#u=e;for(let r of e)this.#h(r);p(this.#c,n),this.#f()}#m(e){for(let n of this.#n.values())n.row===e&&this.#p(n,!n.details)}#p(e,n){if(e.row.setAttribute("aria-expanded",String(n)),e.details?.remove(),e.details=void 0,!n)return;
let{columns:r,details:o}=this.#e,i=a("td",{colspan:\`\${r.length}\`,role:"gridcell"},o(e.item));e.details=a("tr",{class:"details"},i),e.row.after(e.details)}#h(e){let{key:n,columns:r,tone:o,details:i}=this.#e,s=n(e),l=this.#n.get(s);if(!l||l.item===
e)return;l.item=e;for(let[u,c]of r.entries())c.fill(l.cells[u],e);o&&(l.row.dataset.tone=o(e));let d=l.details?.firstElementChild;d&&!getSelection()?.containsNode(d,!0)&&d.replaceChildren(i(e))}#f(){let n=this.#n.size>0&&this.#d,r=this.#b(this.#u),
o=new Set(r.map(this.#e.key)),i=this.#n.size===o.size&&r.every(l=>this.#n.has(this.#e.key(l)));if(p(this.#s,n&&!i?"held":""),n)return;for(let[l,d]of this.#n)o.has(l)||(d.row.remove(),d.details?.remove(),this.#n.delete(l));let s=this.#t.firstElementChild;
for(let l of r){let d=this.#n.get(this.#e.key(l))??this.#g(l);for(let u of[d.row,d.details])u&&(u===s?s=s.nextElementSibling:this.#t.insertBefore(u,s))}this.#l.hidden=r.length===0,this.#a.hidden=r.length>0}#g(e){let{columns:n,key:r,tone:o}=this.#e,
i=n.map(({kind:d,head:u})=>a("td",{class:d,role:"gridcell","data-head":u})),s=a("tr",{class:"row",tabindex:"-1","aria-expanded":"false","data-key":r(e)},...i);for(let[d,u]of n.entries())u.fill(i[d],e);o&&(s.dataset.tone=o(e));let l={item:e,
row:s,cells:i,details:void 0};return this.#n.set(r(e),l),l}#y(e){let{head:n,kind:r,order:o}=e,i=a("th",{class:r,scope:"col",role:"columnheader"});if(this.#r.set(e,i),!o)return i.append(a("span",{},n)),i;let s=a("button",{type:"button",class:"\\
sort"},n);return s.addEventListener("click",()=>{this.#i=this.#i===e?void 0:e;for(let[l,d]of this.#r)l===this.#i?d.setAttribute("aria-sort","descending"):d.removeAttribute("aria-sort");this.#o=!1,this.#f()}),i.append(s),i}#b(e){let n=this.#i?.
order;return n?[...e].sort((r,o)=>{let[i,s]=[n(r),n(o)];return typeof i=="string"?i.localeCompare(String(s)):s-i}):e}}});function be(t,e){let n=new Map;return()=>{for(let r of t.engines){let o=n.get(r.engine)??et(r,t,e,n.size);n.set(r.engine,o),o(r)}}}function et({engine:t},e,n,r){let o=\`engine-\${r}\`,i=a("section",{class:"panel engine",id:o,"aria-labelledby":\`\${o}\\
-title\`});f("engines").append(i);let s=new E(i,{id:o,title:t===""?"Durable jobs":\`Durable jobs · \${t}\`,nothing:"No dead letter.",key:c=>c.id,columns:[{head:"Died",kind:"moment",fill:(c,m)=>p(c,A(m.failedAt))},{head:"Dead letter",kind:"name",
fill:(c,m)=>x(c,{name:m.name,below:m.error})},{head:"Attempts",kind:"number attempt",fill:(c,m)=>p(c,\`\${m.attempts}\`)},{head:"",kind:"act",fill:(c,m)=>tt(c,m,t,e.access)}],details:c=>L(U(c.error),k({attempts:\`\${c.attempts}\`,"failed at":N(c.
failedAt),arguments:c.args,id:c.id}))}),l=Xe.map(c=>{let m=a("dd",{"data-depth":c});return{key:c,number:m,part:a("div",{},a("dt",{},c),m)}}),d=a("p",{class:"trouble",hidden:""}),u=a("dl",{class:"totals"},...l.map(({part:c})=>c));return i.firstElementChild?.
after(u,d),({stats:c,dead:m,error:$})=>{for(let{key:S,number:I}of l){let q=c?.[S];p(I,q===void 0?"–":g(q)),I.classList.toggle("zero",!q),I.dataset.tone=S==="dead"&&q?"bad":""}d.hidden=$===void 0,p(d,\`The store does not answer: \${$??""}\`),
s.render(m.filter(({name:S})=>n(S)))}}function tt(t,{id:e,name:n},r,o){let i=o==="write";if(i===(t.firstElementChild!==null))return;let s={what:"retry",label:"Retry",body:{id:e,engine:r},isConfirmed:!1};t.replaceChildren(...i?[H({...s,of:n})]:
[])}var Xe,we=h(()=>{"use strict";z();F();j();y();T();_();Xe=["waiting","delayed","running","dead"]});function Te(t){let e=f("failures"),n=new E(e,{id:"failures",title:"Failures",nothing:"None so far.",key:({key:o})=>\`\${o}\`,columns:[{head:"Time",kind:"moment",fill:(o,{at:i})=>p(o,A(i))},{head:"Task",kind:"name",fill:(o,{name:i,runner:s,title:l,
state:d})=>x(o,{name:i,runner:s,below:l,word:M(d)})},{head:"State",kind:"state",fill:(o,{state:i})=>G(o,i)}],details:o=>L(U(o.stack),k({state:M(o.state),attempt:\`\${o.attempt}\`,took:o.ms===void 0?void 0:w(o.ms),request:o.request,"added at":o.
addedAt,at:N(o.at),id:o.id}))}),r=a("p",{class:"rest",hidden:""});return e.append(r),o=>{n.render(o.reverse()),r.hidden=t.dropped===0,p(r,\`\${g(t.dropped)} more came too fast, and were only counted.\`)}}var ve=h(()=>{"use strict";F();j();y();
T();_()});function Me(t){let e=f("filter"),n=f("help");f("help-button").addEventListener("click",()=>n.showModal()),document.addEventListener("keydown",o=>{if(o.ctrlKey||o.metaKey||o.altKey||n.open)return;let{key:i}=o,s=document.activeElement;if(i===
"Escape"){nt(e);return}if(s===e){if(i!=="ArrowDown"&&i!=="Enter")return;o.preventDefault(),P(1);return}let l=s?.closest("tr.row"),d=s?.matches("button, input, pre")===!0,u=r[i]?.(l??void 0,d);u!==void 0&&(o.preventDefault(),u())});let r={"/":()=>()=>e.
select(),"?":()=>()=>n.showModal(),t:()=>t,j:()=>()=>P(1),k:()=>()=>P(-1),ArrowDown:(o,i)=>o&&!i?()=>P(1):void 0,ArrowUp:(o,i)=>o&&!i?()=>P(-1):void 0,Enter:(o,i)=>o&&!i?()=>o.click():void 0," ":(o,i)=>o&&!i?()=>o.click():void 0,c:o=>Ee(o,"\\
.cancel"),r:o=>Ee(o,".retry")}}function Ee(t,e){let n=t?.querySelector(e);return n?()=>n.click():void 0}function P(t){let e=[...document.querySelectorAll("tr.row")].filter(s=>s.offsetParent!==null),n=document.activeElement?.closest("tr"),r=e.
findIndex(s=>n&&(s===n||s.nextElementSibling===n)),o=r<0?0:r+t,i=e[Math.max(0,Math.min(e.length-1,o))];i?.focus(),i?.scrollIntoView({block:"nearest"})}function nt(t){let e=document.activeElement,r=e?.closest("tr.details")?.previousElementSibling??
e?.closest("tr.row");r?.ariaExpanded==="true"?(r.focus(),r.click()):t.value!==""?(t.value="",t.dispatchEvent(new Event("input"))):e?.blur()}var xe=h(()=>{"use strict";y()});function rt(t){let e=10**Math.floor(Math.log10(t));return e*([1,2,5].find(n=>n*e>=t)??10)}var ot,O,R,K,ke=h(()=>{"use strict";y();T();ot=3e5,O=600,R=100,K=class{#e;#t=v("path",{class:"stroke"});#s=v("path",{class:"area"});#c=v("path",{class:"\\
cursor"});#a=a("span",{class:"now"});#l=a("span",{class:"soft"});#n=a("span",{class:"axis most"});#r;#i=[];#u=0;#o;constructor(e,n){this.#e=n;let r={viewBox:\`0 0 \${O} \${R}\`,preserveAspectRatio:"none"},o=v("path",{class:"grid",d:\`M0 0.5H\${O}\\
M0 \${R/2}H\${O}\`}),i=v("path",{class:"floor",d:\`M0 \${R-.5}H\${O}\`}),s=v("svg",{...r,"aria-hidden":"true"},o,this.#s,this.#t,i,this.#c);this.#r=a("div",{class:"plot"},s,this.#n);let l=a("figcaption",{},a("h2",{},n.title),this.#l,this.#a),d=a("\\
p",{class:"axis"},a("span",{},"5 min ago"),a("span",{},"now"));e.append(l,this.#r,d),this.#r.addEventListener("pointermove",({clientX:u})=>{let{left:c,width:m}=this.#r.getBoundingClientRect();this.#o=(u-c)/m,this.#m()}),this.#r.addEventListener(
"pointerleave",()=>{this.#o=void 0,this.#m()})}render(e,n){let{value:r,format:o,least:i}=this.#e;this.#i=e,this.#u=Math.max(n,e.at(-1)?.[0]??0);let s=e.map(r),l=rt(Math.max(i,...s)),d=e.map(($,S)=>{let I=R-1-s[S]/l*(R-2);return\`\${S===0?"M":
"L"}\${this.#d($).toFixed(1)} \${I.toFixed(1)}\`}).join("");this.#t.setAttribute("d",d);let[u,c]=[e[0],e.at(-1)],m=u&&c?\`\${d}L\${this.#d(c).toFixed(1)} \${R}L\${this.#d(u).toFixed(1)} \${R}Z\`:"";this.#s.setAttribute("d",m),p(this.#n,o(l)),p(this.#l,
e.length>0?\`max \${o(Math.max(...s))}\`:""),this.#m()}#d([e]){return O*(1-(this.#u-e)/ot)}#m(){let{value:e,format:n}=this.#e,r=this.#i.at(-1),o=this.#o===void 0?void 0:this.#o*O,i=o===void 0?r:this.#p(o);if(!i){p(this.#a,"–");return}let s=o===
void 0?"":\`\${A(i[0])} · \`;p(this.#a,\`\${s}\${n(e(i))}\`),this.#c.setAttribute("d",o===void 0?"":\`M\${this.#d(i).toFixed(1)} 0V\${R}\`)}#p(e){let n=r=>Math.abs(this.#d(r)-e);return this.#i.reduce((r,o)=>r&&n(r)<=n(o)?r:o,void 0)}}});var V,Le=h(()=>{"use strict";V=class{runners=[];runs=new Map;names=new Map;failures=[];dropped=0;points=[];engines=[];actions=[];access="read";isKnown=!1;#e=0;#t;rate=0;get now(){return Date.now()+this.#e}get totals(){let e={};for(let{stats:n}of this.
runners)for(let[r,o]of Object.entries(n))e[r]=(e[r]??0)+o;return e}get isEmpty(){let e=[this.totals,...this.engines.map(({stats:n})=>n)].flatMap(n=>Object.values(n??{}));return this.isKnown&&e.every(n=>n===0)}setAccess(e){this.access=e;for(let[
n,r]of this.runs)this.runs.set(n,{...r});this.engines=this.engines.map(n=>({...n,dead:n.dead.map(r=>({...r}))}))}replace(e){this.runs.clear(),this.names.clear(),this.failures=[],this.points=[],this.#t=void 0,this.isKnown=!0,this.add(e)}add(e){
let{at:n,runners:r,runs:o,names:i,failures:s,dropped:l,points:d,engines:u,actions:c}=e;this.#e=n-Date.now(),r&&(this.runners=r);for(let m of o?.rows??[])this.runs.set(m.key,m);for(let m of o?.gone??[])this.runs.delete(m);for(let m of i??[])
this.names.set(\`\${m.runner}
\${m.name}\`,m);s&&(this.failures=[...this.failures,...s].slice(-100)),l!==void 0&&(this.dropped=l),d&&(this.points=[...this.points,...d].slice(-300)),u&&(this.engines=u),c&&(this.actions=c),this.#s(n)}#s(e){let{pending:n,running:r,overdue:o,
...i}=this.totals,s=Object.values(i).reduce((d,u)=>d+u,0),l=this.#t;l&&e-l.at<950||(this.rate=l?(s-l.count)*1e3/(e-l.at):0,this.#t={at:e,count:s})}}});function Re(t){let e=Se(t),n=Math.max(...e,1),r=e.map((s,l)=>{let d=s===0?.6:Math.max(1.6,s/n*te);return v("rect",{x:\`\${l*5}\`,y:\`\${te-d}\`,width:"4",height:\`\${d}\`,class:s===0?"none":"bar"})}),o={viewBox:\`0 0 \${J*5-1} \${te}\`,preserveAspectRatio:"\\
none"},i=Ce(e);return v("svg",{class:"histogram",role:"img","aria-label":i,...o},...r)}function $e(t){let e=Se(t),n=Math.max(...e,1),r=e.map((o,i)=>{let s=a("i",{class:o===0?"none":"bar"});return s.style.height=\`\${o===0?0:Math.max(3,o/n*100)}\\
%\`,a("li",{title:\`\${He(i)}: \${g(o)}\`},a("span",{class:"space"},s),a("span",{class:"tick"},i%3===0?W(i):""))});return a("ol",{class:"large",role:"img","aria-label":Ce(e)},...r)}function Se(t){let e=new Array(J).fill(0);for(let[n,r]of t.entries()){
let o=Math.min(n,J-1);e[o]=e[o]+r}return e}function Ce(t){let e=Math.max(...t);return e===0?"none has run":\`most took \${He(t.indexOf(e))}\`}function He(t){return t===0?"less than 1 ms":t===J-1?\`\${W(t)} or longer\`:\`\${W(t)} to \${W(t+1)}\`}function W(t){
if(t===0)return"0";let e=2**(t-1);return e<1e3?\`\${e} ms\`:\`\${Math.round(e/1e3)} s\`}var J,te,Ae=h(()=>{"use strict";y();T();J=18,te=20});function Y(t,e,n){return{head:t,kind:\`number \${t.toLowerCase().replace(" ","-")}\`,fill:(r,o)=>ye(r,e(o),n),order:e}}function oe(t,e){return{head:t,kind:\`number time \${t}\`,fill:(n,r)=>p(n,w(e(r))),order:n=>e(n)??-1}}function Ne(){let t=new E(
f("names"),{id:"names",title:"By name",nothing:"No task has ended yet.",key:({runner:e,name:n})=>\`\${e}
\${n}\`,columns:[{head:"Name",kind:"name",fill:(e,{name:n,runner:r})=>x(e,{name:n,runner:r}),order:({name:e})=>e},Y("Count",ne),Y("Failed",({ends:e})=>e.failed,"bad"),Y("Timed out",({ends:e})=>e.timedOut,"bad"),Y("Skipped",({ends:e})=>e.skipped),
oe("p50",({p50:e})=>e),oe("p95",({p95:e})=>e),oe("max",({bars:e,max:n})=>e.length>0?n:void 0),{head:"Duration",kind:"bars",fill:(e,{bars:n})=>e.replaceChildren(Re(n))}],details:({ends:e,retried:n,bars:r,p50:o,p95:i,max:s})=>L($e(r),k({p50:w(
o),p95:w(i),max:w(r.length>0?s:void 0),succeeded:g(e.succeeded),failed:C(e.failed),"timed out":C(e.timedOut),retries:C(n),cancelled:C(e.cancelled),skipped:C(e.skipped),"handed off":C(e.handedOff),abandoned:C(e.abandoned)}))});return e=>t.render(
e.sort((n,r)=>ne(r)-ne(n)))}var ne,C,Oe=h(()=>{"use strict";F();j();y();T();Ae();_();ne=({ends:t})=>Object.values(t).reduce((e,n)=>e+n,0);C=t=>t>0?g(t):void 0});function Fe(t){let e=new E(f("runs"),{id:"runs",title:"Live",nothing:"Nothing is pending.",key:({key:n})=>n,tone:n=>B(n)?"over":"",columns:[{head:"State",kind:"state",fill:(n,{state:r,isOverdue:o})=>G(n,r,o)},{head:"Task",kind:"name",fill:(n,{
name:r,runner:o,request:i,state:s,isOverdue:l})=>{let d=l?"overdue":M(s);x(n,{name:r,runner:o,below:i,word:d})}},{head:"Attempt",kind:"number attempt",fill:(n,{attempt:r})=>{p(n,\`\${r}\`),n.classList.toggle("zero",r===1)}},{head:"Age",kind:"n\\
umber age",fill:(n,r)=>Ie(n,r,t.now)},{head:"",kind:"act",fill:(n,r)=>it(n,r,t.access)}],details:n=>L(k({state:n.isOverdue?"out of time, and has not ended":M(n.state),attempt:\`\${n.attempt}\`,request:n.request,"added at":n.addedAt,accepted:N(
n.acceptedAt),took:n.ms===void 0?void 0:w(n.ms),arguments:n.args,id:n.id}))});return n=>{n.sort((i,s)=>De(i)-De(s)||i.acceptedAt-s.acceptedAt);let r=n.filter(i=>!B(i)).length,o=t.totals.pending??0;e.render(n,r<o?\`\${r} of \${g(o)}\`:\`\${r||""}\`);
for(let i of document.querySelectorAll("#runs td.age")){let s=t.runs.get(i.parentElement?.dataset.key??"");s&&Ie(i,s,t.now)}}}function B({state:t,isOverdue:e}){return!e&&!re.includes(t)}function De(t){return t.isOverdue?-1:B(t)?re.length:re.
indexOf(t.state)}function Ie(t,e,n){p(t,B(e)?w(e.ms):he(n-e.acceptedAt))}function it(t,e,n){let r=t.firstElementChild!==null,o=n==="write"&&!B(e)&&!e.isOverdue;if(o===r)return;let{key:i,name:s}=e,l={what:"cancel",label:"Cancel",body:{id:i},
isConfirmed:!0};t.replaceChildren(...o?[H({...l,of:s})]:[])}var re,je=h(()=>{"use strict";z();F();j();y();T();_();re=["running","ready","delayed","waiting"]});function _e(t,e){let[n,r]=e==="open"?at(t):st[e],o=f("status");p(o,n),ee(o,"tone",r),ee(document.body,"link",e)}function at(t){let e=t.runners.flatMap(({drain:o})=>o??[]),n=e.find(({phase:o})=>o==="start");if(n){let{pending:o=0}=t.totals,i=n.
timeout===void 0?void 0:n.at+n.timeout-t.now,s=i===void 0?"":\` · \${Math.max(0,Math.ceil(i/1e3))} s left\`;return[\`Draining · \${g(o)} pending\${s}\`,"warn"]}let r=e.reduce((o,i)=>o+(i.abandoned??0),0);return r>0?[\`Drained · \${g(r)} abandoned\`,
"bad"]:e.length>0?[e.every(({ok:o})=>o)?"Drained":"Drained · not closed","good"]:["Connected","good"]}var st,Pe=h(()=>{"use strict";y();T();st={connecting:["Connecting…","quiet"],lost:["No connection, trying again…","bad"],forbidden:["\\
No access any more","bad"],drained:["Drained; the server let go of this page","warn"],closed:["The server is stopping","warn"]}});function Be(){let t=Math.max(0,Z.indexOf(lt())),e=f("theme"),n=()=>{let o=Z[t];document.documentElement.dataset.theme=o,e.textContent=dt[o],e.title=\`Theme: \${o} (t)\`,e.setAttribute("aria-label",\`Theme: \${o}\`)},r=()=>{t=(t+1)%Z.length,ct(Z[t]),
n()};return e.addEventListener("click",r),n(),r}function lt(){try{return localStorage.getItem(Ke)}catch{return null}}function ct(t){try{localStorage.setItem(Ke,t)}catch{}}var Z,dt,Ke,qe=h(()=>{"use strict";y();Z=["auto","light","dark"],dt={
auto:"◐",light:"○",dark:"●"},Ke="backgrounder-theme"});function ze(){let t=ut.map(([e,n,r])=>{let o=a("dd",{"data-total":e});return f("totals").append(a("div",{},a("dt",{},n),o)),{key:e,tone:r,number:o}});return e=>{let{totals:n}=e;for(let{key:r,tone:o,number:i}of t){let s=r==="rate"?Math.round(
e.rate):n[r]??0;p(i,e.isKnown?g(s):"–"),i.classList.toggle("zero",s===0),i.dataset.tone=s>0?o:""}}}var ut,Ge=h(()=>{"use strict";y();T();ut=[["pending","Pending",""],["running","Running","run"],["overdue","Overdue","warn"],["rate","Per se\\
cond",""],["succeeded","Succeeded",""],["failed","Failed","bad"],["timedOut","Timed out","bad"],["cancelled","Cancelled",""],["skipped","Skipped",""],["handedOff","Handed off",""],["abandoned","Abandoned","bad"]]});var Et=We(()=>{fe();X();y();we();ve();T();xe();ke();Le();Oe();je();Pe();qe();Ge();var mt=1e3,b=new V,Ue="connecting",ie=!1,Ve=f("filter"),Q=(...t)=>{let e=Ve.value.trim().toLowerCase();return e===""||t.some(n=>n.toLowerCase().includes(e))},
ft=me(b),pt=ze(),ht=Ne(),gt=Fe(b),yt=Te(b),bt=be(b,Q),wt=new K(f("pending-line"),{title:"Pending",least:10,value:([,t])=>t,format:g}),Tt=new K(f("delay-line"),{title:"Event-loop delay",least:20,value:([,,t])=>t,format:w});function vt(){ie=!1,
ft(),pt(b),_e(b,Ue),f("empty").hidden=!b.isEmpty,document.body.dataset.empty=String(b.isEmpty),ht([...b.names.values()].filter(({name:t,runner:e})=>Q(t,e))),gt([...b.runs.values()].filter(({name:t,runner:e})=>Q(t,e))),yt(b.failures.filter(({
name:t,runner:e})=>Q(t,e))),bt(),wt.render(b.points,b.now),Tt.render(b.points,b.now)}function D(){ie||(ie=!0,requestAnimationFrame(vt))}Ve.addEventListener("input",D);setInterval(D,mt);Me(Be());se({onFull(t){b.replace(t),D()},onChanges(t){b.
add(t),D()},onAccess(t){b.setAccess(t),document.body.dataset.access=t,D()},onLink(t){Ue=t,D()}})});Et();})();
</script>
  </body>
</html>
`
