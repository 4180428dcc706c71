// A list beside what is open of it; in one column, either of the two. It goes
// by the width of the component, not of the page: it may stand in a corner.

import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { t } from "../base/texts.js";

export const paneStyles = sheet`
:host { display: grid; grid-template-rows: minmax(0, 1fr); height: 36rem; min-height: 20rem; container-type: size; }
.panes { display: grid; grid-template-rows: minmax(0, 1fr); min-height: 0; grid-template-columns: minmax(17rem, 22rem) minmax(0, 1fr); background: var(--sheet); overflow: hidden; }
.panes > * { min-height: 0; min-width: 0; display: flex; flex-direction: column; }
.panes > :first-child { border-inline-end: 1px solid var(--line); }
.bar-top { display: flex; align-items: center; gap: var(--s2); min-height: 60px; padding: var(--s2) var(--s4); border-bottom: 1px solid var(--line); flex: none; }
.bar-top .back { display: none; margin-inline-start: calc(-1 * var(--s2)); }
.fill { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; }
.panes > * > .state { margin: auto; }
.fill > .stack.card { border: 0; box-shadow: none; background: none; }
@container (max-width: 44rem) {
  .panes { grid-template-columns: minmax(0, 1fr); }
  .panes > :first-child { border-inline-end: 0; }
  .panes:not([data-open]) > :last-child, .panes[data-open] > :first-child { display: none; }
  .bar-top .back { display: inline-flex; } .bar-top { padding-inline: var(--s3); min-height: 56px; }
}`;

/** A screen that is filled by one component with panes, and scrolls inside. */
export const fullStyles = sheet`
:host { display: flex; flex-direction: column; contain: size; min-height: 24rem; }
.whole { flex: 1; height: auto; min-height: 0; }`;

/** Back to the list, where there is one column. */
export function backButton(onclick) {
  return h("button", { class: "quiet only back", "aria-label": t("act.back"), onclick }, icon("back"));
}
