// Classes that every component and screen shares.

import { sheet } from "./sheet.js";

export const common = sheet`
:host { font: var(--t-body)/1.5 var(--font); color: var(--ink); }
:host, *, ::before, ::after { box-sizing: border-box; }
:host([hidden]), [hidden] { display: none !important; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: var(--t-title); line-height: 1.25; font-weight: 650; letter-spacing: -.012em; }
h2 { font-size: var(--t-large); line-height: 1.35; font-weight: 620; }
h3 { font-size: var(--t-body); font-weight: 620; }
a { color: var(--accent); text-underline-offset: 2px; }
[tabindex="-1"]:focus { outline: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre { font: .875em/1.5 var(--mono); }

/* Text */
.dim { color: var(--dim); } .small { font-size: var(--t-small); } .strong { font-weight: 600; }
.clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.lines { white-space: pre-wrap; overflow-wrap: anywhere; }
.number { font-variant-numeric: tabular-nums; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

/* Layout */
.screen { display: grid; gap: var(--s5); max-width: 68rem; margin: 0 auto; padding: var(--s5); align-content: start; }
.screen > *, .stack > * { min-width: 0; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--s3); }
.stack { display: grid; gap: var(--s4); align-content: start; } .stack.tight { gap: var(--s2); }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2); } .row.apart { justify-content: space-between; }
.grow { flex: 1; min-width: 0; }
.grid { display: grid; gap: var(--s4); grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
.split { display: grid; gap: var(--s5); grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; }
.card { background: var(--sheet); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); padding: var(--s4); }
.card.flush { padding: 0; overflow: hidden; }
.scroll { overflow: auto; overscroll-behavior: contain; }

/* Icons */
.icon { width: 20px; height: 20px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }

/* Buttons */
button, .button { font: inherit; font-weight: 560; color: var(--ink); background: var(--sheet); border: 1px solid var(--edge); border-radius: var(--radius-small); min-height: 38px; padding: 6px 14px; display: inline-flex; align-items: center; justify-content: center; gap: var(--s2); text-decoration: none; cursor: pointer; transition: background var(--quick), border-color var(--quick); }
button:hover, .button:hover { background: color-mix(in srgb, var(--ink) 6%, var(--sheet)); }
button.primary, .button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.primary:hover, .button.primary:hover { background: color-mix(in srgb, var(--accent) 88%, var(--ink)); }
button.danger { color: var(--error); border-color: color-mix(in srgb, var(--error) 60%, transparent); }
button.quiet, .button.quiet { background: transparent; border-color: transparent; }
button.quiet:hover, .button.quiet:hover { background: var(--hover); }
button.only { padding: 0; width: 40px; min-height: 40px; }
button.link { border: 0; background: none; padding: 0; min-height: 24px; color: var(--accent); }
button.link:hover { text-decoration: underline; }
button:disabled, button[aria-disabled="true"] { opacity: .55; cursor: default; }
button[aria-busy="true"] { opacity: .7; cursor: progress; }

/* Fields */
.field { display: grid; gap: var(--s1); } .field > label, .field > .label { font-weight: 560; font-size: var(--t-small); }
input, select, textarea { font: inherit; color: var(--ink); background: var(--sheet); border: 1px solid var(--edge); border-radius: var(--radius-small); min-height: 38px; padding: 6px 10px; width: 100%; }
textarea { min-height: 6rem; resize: vertical; } textarea.code { font-family: var(--mono); font-size: .875rem; }
input[type=checkbox], input[type=radio] { width: 18px; height: 18px; min-height: 0; margin: 0; accent-color: var(--accent); flex: none; }
select { padding-block: 0; height: 38px; line-height: 1.2; }
input::placeholder, textarea::placeholder { color: var(--dim); opacity: 1; }
[aria-invalid="true"] { border-color: var(--error); }
.check { display: flex; gap: var(--s2); align-items: center; min-height: 32px; cursor: pointer; }
.wrong { color: var(--error); font-size: var(--t-small); }
.hint { color: var(--dim); font-size: var(--t-small); }

/* Lists and tables */
.list > * { border-top: 1px solid var(--line); } .list > :first-child { border-top: 0; }
.item { display: flex; gap: var(--s3); align-items: center; padding: var(--s3) var(--s4); width: 100%; text-align: start; color: inherit; text-decoration: none; background: none; border: 0; border-radius: 0; min-height: 56px; font-weight: 400; justify-content: flex-start; }
a.item:hover, button.item:hover, .item[aria-current="true"] { background: var(--hover); } .item[aria-current="true"] { background: var(--tint); }
.item:focus-visible { outline-offset: -2px; }
table { border-collapse: collapse; width: 100%; } th { text-align: start; font-size: var(--t-small); font-weight: 560; color: var(--dim); }
th, td { padding: 10px var(--s4); border-bottom: 1px solid var(--line); vertical-align: top; } tr:last-child > td { border-bottom: 0; }
td.number, th.number { text-align: end; }

/* Tags, badges, avatars, bars */
.tag { display: inline-flex; align-items: center; gap: 4px; font-size: .75rem; font-weight: 600; line-height: 1; padding: 4px 8px; border-radius: 99px; color: var(--tone, var(--dim)); background: color-mix(in srgb, var(--tone, var(--dim)) 13%, transparent); white-space: nowrap; }
.tag > .icon { width: 14px; height: 14px; }
.info { --tone: var(--info); } .success { --tone: var(--success); } .warning { --tone: var(--warning); } .error { --tone: var(--error); }
.badge { min-width: 20px; height: 20px; padding: 0 6px; border-radius: 99px; background: var(--accent); color: var(--on-accent); font: 650 .75rem/20px var(--font); text-align: center; font-variant-numeric: tabular-nums; }
.avatar { width: 36px; height: 36px; flex: none; border-radius: 50%; display: grid; place-items: center; font-size: .8125rem; font-weight: 650; color: var(--ink); background: hsl(var(--hue, 220) 55% 60% / .28); }
.bar { height: 8px; border-radius: 99px; background: var(--sunken); overflow: hidden; } .bar > i { display: block; height: 100%; width: var(--part, 0%); border-radius: 99px; background: var(--tone, var(--accent)); transition: width 300ms; }
.figure { display: grid; gap: 2px; align-content: start; padding-inline-end: var(--s2); } .figure > b { font-size: var(--t-hero); line-height: 1.15; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }

/* Tabs and filters */
.tabs { display: flex; gap: var(--s1); overflow-x: auto; scrollbar-width: none; border-bottom: 1px solid var(--line); }
.tabs > * { border: 0; border-bottom: 2px solid transparent; border-radius: 0; background: none; padding: 8px 12px; color: var(--dim); white-space: nowrap; text-decoration: none; font-weight: 560; min-height: 40px; }
.tabs > [aria-selected="true"], .tabs > [aria-current="page"] { color: var(--accent); border-bottom-color: var(--accent); }
.chips { display: flex; flex-wrap: wrap; gap: var(--s2); } .chips > button { min-height: 32px; padding: 2px 12px; border-radius: 99px; border-color: var(--line); font-size: var(--t-small); }
.chips > [aria-pressed="true"] { background: var(--tint); border-color: var(--accent); color: var(--accent); }

/* States */
.state { display: grid; justify-items: center; gap: var(--s2); text-align: center; padding: var(--s7) var(--s4); color: var(--dim); }
.state > .icon { width: 36px; height: 36px; stroke-width: 1.4; } .state > h2, .state > h3 { color: var(--ink); } .state > p { max-width: 26rem; }
.bone { border-radius: 6px; background: linear-gradient(90deg, var(--sunken) 25%, var(--hover) 50%, var(--sunken) 75%) 0 0/300% 100%; animation: bone 1.6s linear infinite; height: 14px; }
@keyframes bone { from { background-position: 100% 0; } to { background-position: -50% 0; } }
.notice { display: flex; gap: var(--s3); padding: var(--s3) var(--s4); border-radius: var(--radius-small); background: color-mix(in srgb, var(--tone, var(--info)) 10%, transparent); border: 1px solid color-mix(in srgb, var(--tone, var(--info)) 35%, transparent); } .notice > .icon { color: var(--tone, var(--info)); margin-top: 1px; }

/* Dialogs */
dialog { border: 0; border-radius: calc(var(--radius) * 1.4); background: var(--raised); color: var(--ink); box-shadow: var(--float); padding: var(--s5); width: min(32rem, calc(100vw - 2rem)); max-height: calc(100dvh - 2rem); overflow: auto; }
dialog::backdrop { background: rgb(8 10 20 / .5); }
dialog > form, dialog > .stack { display: grid; gap: var(--s4); }
dialog .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: var(--s2); }

@media (max-width: 47.99rem) {
  .screen { padding: var(--s4) var(--s3); gap: var(--s4); }
  .split { grid-template-columns: minmax(0, 1fr); }
  button, .button, select, input:not([type=checkbox], [type=radio]) { min-height: 44px; }
  input, select, textarea { font-size: 1rem; } select { height: 44px; }
  button.only { width: 44px; min-height: 44px; }
  .chips > button { min-height: 36px; }
}
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .badge, .tag { border: 1px solid; } }`;
