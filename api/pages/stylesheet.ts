import { sha256 } from '../../platform/ids.ts';

/** The one stylesheet of all pages: light and dark, phone first, print. At most 12 kB (ux §9). */
export const stylesheet = `:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --ink: #1b1f24; --quiet: #555d68; --line: #d5d9df; --link: #0b57b8;
  --good: #0f6b34; --bad: #a8201a; --wait: #7a4d00; --act: #0b57b8; --on-act: #fff; --mark: #fff4d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181c; --card: #1e2227; --ink: #e6e9ed; --quiet: #b3bac3; --line: #3a414a; --link: #8fb8ff;
    --good: #7bd69b; --bad: #ff9d95; --wait: #f2c063; --act: #8fb8ff; --on-act: #10203a; --mark: #3a3116;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
main.narrow { max-width: 40rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: .75rem 0 .25rem; }
p { margin: 0 0 .6rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: .5rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 2; }
header.site { background: var(--card); border-bottom: 1px solid var(--line); }
header.site > div { max-width: 64rem; margin: 0 auto; padding: .4rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; }
header.site a { display: inline-block; padding: .35rem 0; min-height: 24px; }
header.site nav { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: flex-start; }
header.site details { margin: 0; }
header.site summary { font-weight: 400; color: var(--link); padding: .35rem 0; }
header.site details > div { display: flex; flex-wrap: wrap; gap: 0 .75rem; }
header.site .who { margin-left: auto; display: flex; gap: .75rem; align-items: center; flex-wrap: wrap; }
a.brand { font-weight: 700; text-decoration: none; color: var(--ink); }
a[aria-current] { font-weight: 600; color: var(--ink); }
header.subject { position: sticky; top: 0; z-index: 1; background: var(--card); border-bottom: 1px solid var(--line); padding: .6rem 1rem; }
header.subject > div { max-width: 38rem; margin: 0 auto; }
header.subject h1 { margin: 0; font-size: 1.2rem; }
.banner { background: var(--mark); padding: .4rem 1rem; text-align: center; font-size: .9rem; }
section, .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 0 0 1rem; }
section > :last-child { margin-bottom: 0; }
.headline { font-size: 1.1rem; }
.quiet { color: var(--quiet); }
.small { font-size: .875rem; }
.word { font-weight: 600; white-space: nowrap; }
.word.good { color: var(--good); }
.word.bad { color: var(--bad); }
.word.wait { color: var(--wait); }
.error { color: var(--bad); font-weight: 600; margin: .25rem 0; }
.errors { border: 2px solid var(--bad); }
ul, ol { margin: 0 0 .6rem; padding-left: 1.2rem; }
ul.plain, ol.plain { list-style: none; padding: 0; }
ul.plain > li, ol.plain > li { padding: .45rem 0; border-top: 1px solid var(--line); }
ul.plain > li:first-child, ol.plain > li:first-child { border-top: 0; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .2rem .8rem; margin: 0 0 .6rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
.wide { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--quiet); font-size: .875rem; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .7rem .45rem 0; border-top: 1px solid var(--line); overflow-wrap: normal; }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; }
ol.rail { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem; }
ol.rail > li { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .75rem; flex: 1 1 10rem; }
ol.rail > li[aria-current] { border: 2px solid var(--act); }
meter { width: 100%; height: .6rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Consolas, monospace; font-size: .9em; }
pre { white-space: pre-wrap; background: var(--page); padding: .6rem; border-radius: 6px; margin: 0 0 .6rem; max-height: 30rem; overflow: auto; }
form { margin: 0; }
fieldset { border: 0; padding: 0; margin: 0 0 .8rem; }
legend, label.above { font-weight: 600; padding: 0; display: block; margin-bottom: .25rem; }
label.choice { display: flex; gap: .6rem; align-items: center; border: 1px solid var(--line); border-radius: 8px; padding: .6rem .75rem; min-height: 44px; margin-bottom: .5rem; }
input[type=radio], input[type=checkbox] { width: 24px; height: 24px; flex: none; accent-color: var(--act); }
input[type=text], input[type=datetime-local], textarea, select { font: inherit; width: 100%; max-width: 100%; padding: .55rem; border: 1px solid var(--quiet); border-radius: 6px; background: var(--page); color: var(--ink); min-height: 44px; }
textarea { min-height: 5rem; }
.field { margin-bottom: .8rem; }
.filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; }
.filters label { flex: 0 1 16rem; }
button, a.button { font: inherit; font-weight: 600; display: inline-block; min-height: 44px; padding: .55rem 1.1rem; border-radius: 8px; border: 1px solid var(--act); background: var(--act); color: var(--on-act); text-decoration: none; cursor: pointer; }
button.second { background: transparent; color: var(--link); }
button.link { min-height: 24px; padding: 0; border: 0; background: none; color: var(--link); text-decoration: underline; font-weight: 400; }
button:disabled { background: transparent; color: var(--quiet); border-color: var(--line); cursor: not-allowed; }
button.full { width: 100%; }
details { margin: 0 0 .6rem; }
summary { cursor: pointer; min-height: 24px; padding: .2rem 0; font-weight: 600; }
.actions { display: grid; gap: .5rem; }
.actions > div, .actions > details { border: 1px solid var(--line); border-radius: 8px; padding: .6rem .75rem; margin: 0; }
li > .actions { margin-top: .5rem; }
.actions summary { min-height: 32px; }
iframe { width: 100%; height: 42rem; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
section.month { padding: .5rem; }
section.month table { table-layout: fixed; min-width: 44rem; }
section.month td { height: 5rem; padding: .25rem; border: 1px solid var(--line); font-size: .8rem; overflow-wrap: anywhere; }
section.month td.today { border: 2px solid var(--act); }
section.month td > a { display: inline-block; min-height: 24px; min-width: 24px; }
.chip { display: block; margin: .15rem 0; padding: .1rem .3rem; border-left: 3px solid var(--quiet); background: var(--page); }
.chip .word { white-space: normal; }
.chip.freeze { border-color: var(--bad); margin-inline: -.25rem; background: var(--mark); }
.chip.release { border-color: var(--act); }
.chip.train { border-color: var(--good); }
.chip.clock { border-color: var(--wait); }
.dossier td code { overflow-wrap: anywhere; }
.dossier .wide > table { min-width: 34rem; }
pre.whole, .dossier pre { max-height: none; }
.metric { margin: 0 0 1rem; }
.chart { display: block; width: 100%; max-width: 40rem; height: auto; margin: .3rem 0; background: var(--page); border: 1px solid var(--line); border-radius: 6px; fill: none; stroke-width: 1.5; }
.chart .before { fill: var(--quiet); fill-opacity: .18; }
.chart .median { stroke: var(--quiet); }
.chart .limit { stroke: var(--bad); stroke-dasharray: 5 3; }
.chart .line, .chart .interval { stroke: var(--act); }
.chart .dot { stroke: var(--act); stroke-width: 5; stroke-linecap: round; }
.chart .failed { fill: var(--bad); }
.chart .unsure { fill: var(--wait); }
.chart .missing { stroke: var(--ink); }
@media (max-width: 44rem) { .agenda-only section.month { display: none; } }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
  header.site .who { margin-left: 0; }
}
@media (prefers-reduced-motion: no-preference) { :root { scroll-behavior: smooth; } }
@media (forced-colors: active) { .chart * { forced-color-adjust: auto; stroke: CanvasText; } }
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --quiet: #333; --line: #999; }
  header.site, .actions, form, .skip { display: none; }
  header.subject { position: static; }
  details > * { display: block; }
  section { break-inside: avoid; }
  .dossier section { break-inside: auto; border: 0; padding: 0; }
  .dossier .wide { overflow: visible; }
  .dossier .wide > table { min-width: 0; font-size: .7rem; }
  .dossier pre { white-space: pre-wrap; overflow: visible; columns: 2; font-size: .7rem; }
  .dossier tr, .dossier li, .dossier dd { break-inside: avoid; }
  .dossier thead { display: table-header-group; }
  .dossier tbody tr:first-child { break-before: avoid; }
  .dossier a { color: inherit; text-decoration: none; }
  h1, h2, h3, caption, thead, .dossier dt, .dossier h2 + p { break-after: avoid; }
  @page { size: A4; margin: 16mm 14mm; }
}
`;

/** Its address changes with its text, so that browsers may keep it for good. */
export const stylesheetPath = `/static/gantry.${sha256(stylesheet).slice(0, 12)}.css`;
