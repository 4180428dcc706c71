// Lists of small rules that a tenant sets, a row for each.

import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { t } from "../base/texts.js";
import { choice, parted, text } from "./forms.js";

export const ruleStyles = sheet`
.rule { display: grid; gap: var(--s2); grid-template-columns: repeat(var(--columns, 3), minmax(0, 1fr)) auto; align-items: center; } .rules { display: grid; gap: var(--s2); }
@media (max-width: 47.99rem) { .rule { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); padding-bottom: var(--s3); border-bottom: 1px solid var(--line); } }`;

/** Rows of controls that can be added and removed; `value()` reads them. */
function rows(items, columns, make, fresh, read, label) {
  const list = h("div", { class: "rules" });
  const add = (item) => {
    const controls = make(item);
    const drop = h("button", { type: "button", class: "quiet only", "aria-label": t("set.removeRule"), onclick: () => (row.remove(), more.focus()) }, icon("trash"));
    const row = Object.assign(h("div", { class: "rule", role: "group", "aria-label": label }, controls, drop), { controls });
    row.style.setProperty("--columns", columns);
    list.append(row);
    return row;
  };
  items.forEach(add);
  const more = h("button", { type: "button", onclick: () => add(fresh).controls[0].focus() }, icon("plus"), t("set.addRule"));
  const element = h("div", { class: "stack tight" }, list, h("div", { class: "row" }, more));
  element.value = () => [...list.children].map((row) => read(row.controls.map((control) => control.value.trim())));
  return element;
}

const RELATIONS = ["any", "own_child", "shared_group"];

/** Who may invite whom to chat. */
export function chatRules(rules) {
  const make = ({ from, to, relation }) => [text(from, { "aria-label": t("set.from"), placeholder: t("set.from") }), text(to, { "aria-label": t("set.to"), placeholder: t("set.to") }), choice(RELATIONS.map((one) => [one, t(`set.relation.${one}`)]), relation, { "aria-label": t("set.relation") })];
  return rows(rules, 3, make, { from: "", to: "", relation: "any" }, ([from, to, relation]) => ({ from, to, relation }), t("set.chat"));
}

/** In the place of a category: all that are not named. */
const EVERY = "*";
const CHANNELS = ["in_app", "email", "sms"];

/** What is on or off unless a person chooses otherwise, and what nobody may choose. */
export function preferenceRules(given) {
  const { locks = [], mandatory = [], defaults = {}, role_defaults: byRole = {} } = given;
  const flat = (role, of) => Object.entries(of).flatMap(([category, channels]) => Object.entries(channels).map(([channel, allowed]) => ({ kind: "default", role, category, channel, allowed })));
  const items = [...locks.map((lock) => ({ kind: "lock", role: "", category: "", ...lock })), ...flat("", defaults), ...Object.entries(byRole).flatMap(([role, of]) => flat(role, of))];
  const make = ({ kind, role, category, channel, allowed }) => [
    choice([["default", t("set.kind.default")], ["lock", t("set.kind.lock")]], kind, { "aria-label": t("set.kind") }),
    text(role, { "aria-label": t("aud.kind.role"), placeholder: t("set.everyRole") }),
    text(category === EVERY ? "" : category, { "aria-label": t("set.category"), placeholder: t("set.category") }),
    choice(CHANNELS.map((one) => [one, t(`channel.${one}`)]), channel, { "aria-label": t("send.channel") }),
    choice([["on", t("status.on")], ["off", t("status.off")]], allowed ? "on" : "off", { "aria-label": t("set.onOff") }),
  ];
  const list = rows(items, 5, make, { kind: "default", role: "", category: "", channel: "email", allowed: true }, ([kind, role, category, channel, state]) => ({ kind, role, category, channel, allowed: state === "on" }), t("set.preferences"));
  const always = text(mandatory.join(", "), { id: "mandatory" });
  const element = h("div", { class: "stack" }, h("div", { class: "field" }, h("label", { for: "mandatory" }, t("set.mandatory")), always, h("p", { class: "hint" }, t("set.mandatoryHint"))), list);
  const read = list.value;
  element.value = () => {
    const made = { locks: [], mandatory: parted(always.value), defaults: {}, role_defaults: {} };
    for (const { kind, role, category, channel, allowed } of read()) {
      if (kind === "lock") made.locks.push({ ...(category ? { category } : {}), channel, allowed });
      else {
        const place = role ? (made.role_defaults[role] ??= {}) : made.defaults;
        (place[category || EVERY] ??= {})[channel] = allowed;
      }
    }
    return made;
  };
  return element;
}
