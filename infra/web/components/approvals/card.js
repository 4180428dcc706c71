// A request as people read it: what, why, and what became of it.

import { h } from "../../base/h.js";
import { sheet } from "../../base/sheet.js";
import { tag } from "../../base/states.js";
import { lang, t } from "../../base/texts.js";
import { ago, moment } from "../../base/time.js";

export const cardStyles = sheet`
.ask { display: grid; gap: var(--s3); } .ask > .row { align-items: flex-start; } .ask h3 { overflow-wrap: anywhere; }
.ask dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px var(--s4); } .ask dt { color: var(--dim); } .ask dd { overflow-wrap: anywhere; }
.ask blockquote { margin: 0; padding: var(--s2) var(--s3); border-inline-start: 3px solid var(--tone, var(--edge)); background: var(--sunken); border-radius: 4px; }`;

const LEVELS = { pending: "info", approved: "success", rejected: "error", withdrawn: "" };

export const personName = (person) => person?.name ?? person?.id ?? t("ask.somebody");

export function statusTag({ status }) {
  return tag(t(`ask.status.${status}`), LEVELS[status]);
}

/** `[label, value]` of everything that was asked for, in the order of reading. */
export function detailsOf({ type, details }) {
  if (type === "custom") return Object.entries(details).map(([name, value]) => [name.replaceAll("_", " "), String(value)]);
  const lines = { tier_upgrade: ["from", "to", "price"], module_access: ["module"], staff_account: ["name", "email", "phone", "roles", "id", "known"] }[type] ?? Object.keys(details);
  return lines.filter((name) => details[name]).map((name) => [t(`ask.${name}`), said(name, details[name])]);
}

function said(name, value) {
  if (name === "price") return money(value);
  if (name === "known") return t("ask.yes");
  return Array.isArray(value) ? value.join(", ") : String(value);
}

function money({ amount, currency }) {
  try {
    return new Intl.NumberFormat(lang(), { style: "currency", currency }).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}

/** The inside of a request's card. `whose` names who asked. */
export function askParts(ask, { whose, lead, acts }) {
  const details = detailsOf(ask);
  const asked = whose ? t("ask.by", { name: personName(ask.requester), time: ago(ask.created_at) }) : t("ask.asked", { time: ago(ask.created_at) });
  return [
    h(
      "div",
      { class: "row" },
      lead,
      h("div", { class: "grow" }, h("h3", null, ask.title), h("p", { class: "dim small" }, t(`ask.type.${ask.type}`), " · ", h("time", { datetime: ask.created_at, title: moment(ask.created_at) }, asked))),
      statusTag(ask),
    ),
    details.length > 0 && h("dl", { class: "small" }, details.map(([label, value]) => [h("dt", null, label), h("dd", null, value)])),
    ask.reason && h("p", { class: "lines" }, ask.reason),
    decision(ask),
    acts,
  ];
}

function decision({ status, decided_by: by, decided_at: at, comment }) {
  if (status === "pending" || !at) return null;
  const text = status === "withdrawn" ? t("ask.withdrawnAt", { time: ago(at) }) : t("ask.decided", { name: personName(by), time: ago(at) });
  return h("blockquote", { class: LEVELS[status] }, comment && h("p", { class: "lines" }, comment), h("p", { class: "dim small" }, text));
}
