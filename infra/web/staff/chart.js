// Bars over days. The picture is for the eyes; the same figures follow as a
// table, which is what a screen reader reads.

import { h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { number, t } from "../base/texts.js";

export const chartStyles = sheet`
.chart svg { width: 100%; height: 180px; display: block; overflow: visible; } .chart rect.good { fill: var(--accent); } .chart rect.bad { fill: var(--error); } .chart line { stroke: var(--line); } .chart text { fill: var(--dim); font: .75rem var(--font); }
.chart .keys { display: flex; gap: var(--s4); } .chart .keys > span { display: inline-flex; gap: 6px; align-items: center; } .chart .keys i { width: 10px; height: 10px; border-radius: 3px; background: var(--accent); } .chart .keys i.bad { background: var(--error); }`;

const SVG = "http://www.w3.org/2000/svg";
const [WIDE, HIGH, FOOT, SIDE] = [720, 180, 2, 0];

function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** A top of the scale that reads well: 4, 10, 20, 40, 100 … */
function ceiling(most) {
  for (let power = 1; ; power *= 10) for (const step of [4, 10, 20]) if (most <= step * power) return step * power;
}

/**
 * @param {{label: string, good: number, bad: number}[]} days
 * @param {{title: string, good: string, bad: string}} names
 */
export function chart(days, names) {
  const top = ceiling(Math.max(1, ...days.map(({ good, bad }) => good + bad)));
  const figure = draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const y = (value) => (HIGH - FOOT) * (1 - value / top);
  for (const value of [0, top / 2, top]) figure.append(draw("line", { x1: SIDE, x2: WIDE, y1: y(value), y2: y(value), "vector-effect": "non-scaling-stroke" }));
  const wide = (WIDE - SIDE) / days.length;
  days.forEach(({ label, good, bad }, index) => {
    const bar = (from, value, kind) => value > 0 && figure.append(draw("rect", { class: kind, x: SIDE + index * wide + wide * 0.15, width: wide * 0.7, y: y(from + value), height: Math.max(1.5, y(from) - y(from + value)), rx: 2 }));
    bar(0, good, "good");
    bar(good, bad, "bad");
    figure.lastChild.append(draw("title", {}, `${label}: ${number(good)} / ${number(bad)}`));
  });
  const scale = h("div", { class: "spread dim small", "aria-hidden": "true" }, h("span", null, days[0]?.label), h("span", null, days.at(-1)?.label));
  const keys = h("div", { class: "keys dim small" }, h("span", null, h("i"), names.good), h("span", null, h("i", { class: "bad" }), names.bad), h("span", null, t("chart.top", { count: top })));
  const rows = days.filter(({ good, bad }) => good + bad > 0).map(({ label, good, bad }) => h("tr", null, h("th", { scope: "row" }, label), h("td", { class: "number" }, number(good)), h("td", { class: "number" }, number(bad))));
  const table = h("table", null, h("caption", { class: "unseen" }, names.title), h("thead", null, h("tr", null, h("th", { scope: "col" }, t("chart.day")), h("th", { class: "number", scope: "col" }, names.good), h("th", { class: "number", scope: "col" }, names.bad))), h("tbody", null, rows));
  return h("figure", { class: "chart stack tight", "aria-label": names.title }, keys, figure, scale, h("details", null, h("summary", { class: "dim small" }, t("chart.table")), rows.length > 0 ? h("div", { class: "scroll" }, table) : h("p", { class: "dim small" }, t("chart.none"))));
}
