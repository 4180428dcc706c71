// A row of tabs: arrows move between them, as people with a keyboard expect.

import { fill, h } from "../base/h.js";

/**
 * @param {object} options
 * @param {string} options.label Of the row.
 * @param {(name: string) => string} options.textOf
 * @param {(name: string) => void} options.choose
 * @returns {HTMLElement & {paint(names: string[], open: string): void}}
 */
export function tabRow({ label, textOf, choose }) {
  const row = h("div", { class: "tabs", role: "tablist", "aria-label": label });
  const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
  row.addEventListener("keydown", (event) => {
    const tabs = [...row.children];
    const at = tabs.indexOf(event.target);
    const to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : STEPS[event.key] && (at + STEPS[event.key] + tabs.length) % tabs.length;
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    choose(tabs[to].name);
  });
  row.paint = (names, open) => {
    const had = row.contains(row.getRootNode().activeElement);
    const tab = (name) => h("button", { type: "button", role: "tab", ".name": name, "aria-selected": String(name === open), tabindex: name === open ? "0" : "-1", onclick: () => choose(name) }, textOf(name));
    fill(row, names.map(tab));
    const chosen = [...row.children].find((one) => one.name === open);
    if (had) chosen?.focus();
    if (row.scrollWidth > row.clientWidth) chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  return row;
}
