// A field for the source of a template: line numbers, the place of the cursor,
// and what is wrong at its line and column.

import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { t } from "../base/texts.js";

export const sourceStyles = sheet`
.source { display: grid; grid-template-columns: auto minmax(0, 1fr); border: 1px solid var(--edge); border-radius: var(--radius-small); background: var(--sheet); overflow: hidden; } .source:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; } .source.bad { border-color: var(--error); }
.source textarea { border: 0; border-radius: 0; outline: none; font: .8125rem/1.6 var(--mono); padding: var(--s3); white-space: pre; overflow: auto; min-height: 8rem; resize: vertical; background: none; tab-size: 2; }
.short .source textarea { min-height: 0; height: 46px; resize: none; overflow: hidden; }
.source ol { font: .8125rem/1.6 var(--mono); color: var(--dim); background: var(--sunken); padding: var(--s3) 8px; text-align: end; overflow: hidden; user-select: none; height: 0; min-height: 100%; } .source li.bad { color: var(--error); font-weight: 700; background: color-mix(in srgb, var(--error) 16%, transparent); border-radius: 3px; }
.faults { display: grid; gap: 2px; } .faults button { color: var(--error); text-align: start; font-weight: 400; font-size: var(--t-small); }`;

const PLACE = /^line (\d+), column (\d+): /;

/** @param {string} value @param {object} props Of the text area. */
export function source(value, props) {
  const area = h("textarea", { spellcheck: "false", autocapitalize: "off", ...props, value });
  const lines = h("ol", { "aria-hidden": "true" });
  const faults = h("div", { class: "faults" });
  const box = h("div", { class: "source" }, lines, area);
  let bad = new Set();
  const paint = () => {
    const count = area.value.split("\n").length;
    fill(lines, Array.from({ length: count }, (_, index) => h("li", bad.has(index + 1) ? { class: "bad" } : null, String(index + 1))));
    lines.scrollTop = area.scrollTop;
  };
  area.addEventListener("input", paint);
  area.addEventListener("scroll", () => (lines.scrollTop = area.scrollTop));
  const go = (line, column) => {
    const rows = area.value.split("\n");
    const at = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0) + column - 1;
    area.focus();
    area.setSelectionRange(at, at + Math.max(1, (/^[\w.]+/.exec(area.value.slice(at)) ?? [""])[0].length));
  };
  const element = h("div", { class: "stack tight" }, box, faults);
  paint();
  return Object.assign(element, {
    area,
    /** Marks these messages of the API, such as "line 2, column 3: …". */
    mark(messages) {
      const found = messages.map((message) => ({ message, place: PLACE.exec(message) }));
      bad = new Set(found.flatMap(({ place }) => (place ? [Number(place[1])] : [])));
      box.classList.toggle("bad", messages.length > 0);
      fill(faults, found.map(({ message, place }) => (place ? h("button", { type: "button", class: "link", title: t("tpl.goThere"), onclick: () => go(Number(place[1]), Number(place[2])) }, message) : h("p", { class: "wrong" }, message))));
      paint();
    },
  });
}

/** Writes into a field where its cursor is, and leaves the cursor behind it. */
export function insertAt(control, written) {
  const { selectionStart: from, selectionEnd: to, value } = control;
  control.value = value.slice(0, from) + written + value.slice(to);
  control.focus();
  control.setSelectionRange(from + written.length, from + written.length);
  control.dispatchEvent(new Event("input", { bubbles: true }));
}
