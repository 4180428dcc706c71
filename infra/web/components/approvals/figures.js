// Statistics of requests, over all and by type.

import { h } from "../../base/h.js";
import { bar } from "../../base/states.js";
import { number, t } from "../../base/texts.js";

const per = (value) => `${number(value, { maximumFractionDigits: 2 })} %`;

export function figureCards(figures) {
  const one = (label, value) => h("div", { class: "card figure" }, h("span", { class: "dim small" }, label), h("b", null, value));
  return h(
    "section",
    { class: "stack", "aria-label": t("ask.figures") },
    h("h2", null, t("ask.figures")),
    h("div", { class: "figures" }, one(t("ask.pending"), number(figures.pending)), one(t("ask.rate"), per(figures.approval_rate)), one(t("ask.hours"), hours(figures)), one(`${t("ask.approvedCount")} / ${t("ask.rejectedCount")}`, `${number(figures.approved)} / ${number(figures.rejected)}`)),
    figures.by_type?.length > 1 && h("details", null, h("summary", null, t("ask.byType")), table(figures.by_type)),
  );
}

function hours({ average_hours_to_decision: value }) {
  return number(value, { style: "unit", unit: "hour", unitDisplay: "short", maximumFractionDigits: 1 });
}

function table(rows) {
  const line = (row) => h("tr", null, h("th", { scope: "row" }, t(`ask.type.${row.type}`)), h("td", { class: "number" }, number(row.pending)), h("td", { class: "number" }, number(row.approved)), h("td", { class: "number" }, number(row.rejected)), h("td", null, h("div", { class: "stack tight" }, h("span", { class: "small number" }, per(row.approval_rate)), bar(row.approval_rate / 100, t("ask.rate"), "success"))));
  const heads = [[t("ask.type"), ""], [t("ask.status.pending"), "number"], [t("ask.approvedCount"), "number"], [t("ask.rejectedCount"), "number"], [t("ask.rate"), ""]];
  return h("div", { class: "card flush scroll", tabindex: "0", role: "region", "aria-label": t("ask.byType") }, h("table", null, h("thead", null, h("tr", null, heads.map(([label, kind]) => h("th", { scope: "col", class: kind }, label)))), h("tbody", null, rows.map(line))));
}
