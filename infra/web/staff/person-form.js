// The fields of a person, for making and changing one.

import { h } from "../base/h.js";
import { t } from "../base/texts.js";
import { area, choice, parted, text } from "./forms.js";

/** Adds the fields to `fields` and gives back their elements. */
export function personFields(fields, found) {
  const attributes = Object.entries(found.attributes ?? {}).map(([name, value]) => `${name} = ${value}`).join("\n");
  return h(
    "div",
    { class: "stack" },
    fields.add("name", t("dir.name"), text(found.name, { autocomplete: "off" })),
    h("div", { class: "pair" }, fields.add("email", t("channel.email"), text(found.email, { type: "email", autocomplete: "off" })), fields.add("phone", t("dir.phone"), text(found.phone, { type: "tel", autocomplete: "off", placeholder: "+44…" }))),
    fields.add("roles", t("dir.roles"), text(found.roles.join(", ")), { hint: t("dir.rolesHint") }),
    h("div", { class: "pair" }, fields.add("locale", t("set.locale"), text(found.locale, { placeholder: "en-GB" })), fields.add("time_zone", t("set.zone"), text(found.time_zone, { placeholder: "Europe/London" })), fields.add("status", t("ann.status"), choice([["active", t("status.active")], ["suspended", t("status.suspended")]], found.status))),
    fields.add("attributes", t("dir.attributes"), area(attributes, { rows: 3 }), { hint: t("dir.attributesHint") }),
  );
}

/** What the fields say; empty ones are empty texts. */
export function personValues(fields) {
  const value = (name) => fields.value(name).trim();
  return { name: value("name"), email: value("email"), phone: value("phone"), roles: parted(value("roles")), locale: value("locale"), time_zone: value("time_zone"), status: value("status"), attributes: attributesOf(fields.value("attributes")) };
}

/** Lines of `name = value`. */
export function attributesOf(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return Object.fromEntries(lines.map((line) => [line.split("=")[0].trim(), line.split("=").slice(1).join("=").trim()]));
}

/** The changes of attributes for a PATCH: what was taken away is `null`. */
export function attributeChanges(before, after) {
  return { ...Object.fromEntries(Object.keys(before ?? {}).map((name) => [name, null])), ...after };
}
