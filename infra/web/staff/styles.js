// Classes that the staff's screens share, beyond the common ones.

import { sheet } from "../base/sheet.js";

export const staffStyles = sheet`
.entry .end { margin-inline-start: auto; justify-content: flex-end; flex: none; }
.entry .when { min-width: 6.5rem; text-align: end; }
.filters { display: flex; flex-wrap: wrap; gap: var(--s2); align-items: end; } .filters > .field { flex: 0 0 9.5rem; grid-template-columns: minmax(0, 1fr); } .filters > .field.wide { flex: 1 1 12rem; max-width: 22rem; }
.narrow { max-width: 22rem; }
.facts { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: var(--s2) var(--s4); } .facts dt { color: var(--dim); font-size: var(--t-small); padding-top: 1px; } .facts dd { overflow-wrap: anywhere; }
.split.wide { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
.figures { display: grid; gap: var(--s4); grid-template-columns: repeat(auto-fit, minmax(5.5rem, 1fr)); }
.figure > span { color: var(--dim); font-size: var(--t-small); }
.back { display: inline-flex; align-items: center; gap: 4px; font-size: var(--t-small); color: var(--dim); text-decoration: none; min-height: 24px; justify-self: start; } .back:hover { color: var(--ink); } .back .icon { width: 16px; height: 16px; }
tr:last-child > th { border-bottom: 0; } thead tr:last-child > th { border-bottom: 1px solid var(--line); } .ticks { column-gap: var(--s4); }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; } legend { padding: 0; font-weight: 560; font-size: var(--t-small); margin-bottom: var(--s1); }
.pair { display: grid; gap: var(--s4); grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); align-items: start; }
.sticky { position: sticky; inset-block-end: 0; padding: var(--s3) 0; background: linear-gradient(transparent, var(--page) 30%); z-index: 5; }
.combo { position: relative; } .combo > ul { position: absolute; z-index: 10; inset-inline: 0; inset-block-start: calc(100% + 4px); max-height: 16rem; overflow: auto; background: var(--raised); border-radius: var(--radius-small); box-shadow: var(--float); padding: var(--s1); }
.combo li { padding: 8px 10px; border-radius: 4px; cursor: pointer; min-height: 40px; display: flex; gap: var(--s2); align-items: center; } .combo li[aria-selected="true"], .combo li:hover { background: var(--tint); } .combo li.none { cursor: default; color: var(--dim); background: none; }
.reach th, .reach td { padding-inline: var(--s2); } .reach th[scope="row"] { padding-inline-start: 0; }
dialog > .stack > .actions:last-child { position: sticky; inset-block-end: calc(-1 * var(--s5)); margin: 0 calc(-1 * var(--s5)) calc(-1 * var(--s5)); padding: var(--s3) var(--s5) var(--s5); background: var(--raised); border-top: 1px solid var(--line); }
.spread { display: flex; justify-content: space-between; gap: var(--s3); align-items: baseline; }
.code { font-family: var(--mono); font-size: .8125rem; overflow-wrap: anywhere; }
@media (max-width: 47.99rem) {
  .entry .item, .item.entry { flex-wrap: wrap; } .entry .end { flex-basis: 100%; justify-content: flex-start; margin: 0; } .entry .when { text-align: start; min-width: 0; }
  .split.wide { grid-template-columns: minmax(0, 1fr); }
  .filters > .field { flex: 1 1 calc(50% - var(--s2)); min-width: 0; } .filters > .field.wide { flex-basis: 100%; max-width: none; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0 0; } .facts dd:not(:last-child) { margin-bottom: var(--s3); }
}`;
