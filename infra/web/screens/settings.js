// What the tenant has set: how it is called, what it may send, who may chat
// with whom, and what people may switch off.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { act } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { Fields, parted, text, tick } from "../staff/forms.js";
import { loaded } from "../staff/listing.js";
import { chatRules, preferenceRules, ruleStyles } from "../staff/rules.js";
import { staffStyles } from "../staff/styles.js";
import { admin } from "../texts/admin.js";
import { staff } from "../texts/staff.js";
addTexts({ ...staff, ...admin });

const LISTS = new Set(["link_hosts", "sms_countries"]);
const NUMBERS = new Set(["sms_per_hour", "notification_days", "chat.edit_minutes", "chat.invitation_days", "chat.cool_off_days"]);
const SECTIONS = {
  "set.organisation": ["name", "sender_name", "reply_to", "address", "academic_year", "locale", "time_zone"],
  "set.sending": ["link_hosts", "sms_countries", "sms_per_hour", "notification_days"],
};

/** Whether two values say the same, whatever order their fields are in. */
function same(one, other) {
  const plain = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key])])) : Array.isArray(value) ? value.map(plain) : value);
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

class Settings extends CampanileElement {
  static styles = [staffStyles, ruleStyles];

  start() {
    this.place = h("div");
    this.show(h("div", { class: "screen" }, h("h1", null, t("menu.settings")), this.place));
    this.#load();
  }

  #load() {
    return loaded(this.place, () => this.api.get("/v1/settings"), (found) => this.#paint(found));
  }

  #paint(found) {
    this.found = found;
    const fields = (this.fields = new Fields());
    const save = h("button", { class: "primary", type: "submit" }, t("act.save"));
    const one = (name) => {
      const value = name.split(".").reduce((part, key) => part?.[key], found);
      const control = text(LISTS.has(name) ? (value ?? []).join(", ") : value, { type: NUMBERS.has(name) ? "number" : "text" });
      return fields.add(name, t(`set.${name}`), control, { hint: LISTS.has(name) ? t(`set.${name}.hint`) : undefined });
    };
    const section = ([title, names]) => h("section", { class: "card stack" }, h("h2", null, t(title)), h("div", { class: "pair" }, names.filter((name) => this.#owns(name)).map(one)));
    this.presence = tick(t("set.presence"), found.chat.presence);
    this.chat = chatRules(found.chat.invite_rules);
    this.preferences = found.preferences && preferenceRules(found.preferences);
    return h(
      "form",
      { class: "stack", novalidate: true, onsubmit: (event) => (event.preventDefault(), act(save, () => this.#save(), (problem) => fields.wrong(problem))) },
      fields.said,
      Object.entries(SECTIONS).map(section),
      h("section", { class: "card stack" }, h("h2", null, t("set.chat")), h("p", { class: "dim small" }, t("set.chatText")), this.chat, h("div", { class: "pair" }, ["chat.edit_minutes", "chat.invitation_days", "chat.cool_off_days"].map(one)), this.presence),
      this.preferences && h("section", { class: "card stack" }, h("h2", null, t("set.preferences")), h("p", { class: "dim small" }, t("set.preferencesText")), this.preferences),
      this.#approvers(found.approvers),
      this.#retention(found.retention),
      h("div", { class: "row" }, save, h("span", { class: "dim small" }, t("set.updated", { at: moment(found.updated_at) }))),
    );
  }

  /** Who decides about each type of request, if the service has approvals. */
  #approvers(approvers) {
    if (!approvers) return null;
    const row = ([type, audience]) => this.fields.add(`approvers.${type}`, t(`set.approvers.${type}`), text([audience].flat().join(", ")));
    return h("section", { class: "card stack" }, h("h2", null, t("set.approvers")), h("p", { class: "dim small" }, t("set.approversText")), h("div", { class: "pair" }, Object.entries(approvers).map(row)));
  }

  #retention(retention) {
    if (!retention) return null;
    const row = ([name, days]) => this.fields.add(`retention.${name}`, t(`set.retention.${name}`), text(days, { type: "number" }));
    return h("section", { class: "card stack" }, h("h2", null, t("set.retention")), h("div", { class: "pair" }, Object.entries(retention).map(row)));
  }

  #value(name) {
    const value = this.fields.value(name).trim();
    if (LISTS.has(name)) return parted(value);
    if (NUMBERS.has(name)) return value === "" ? null : Number(value);
    return value === "" && name === "reply_to" ? null : value;
  }

  /** The days of notifications stand among the other days, where there are any. */
  #owns(name) {
    return !(name === "notification_days" && this.found.retention);
  }

  #days(name) {
    const value = this.fields.value(`retention.${name}`);
    return value === "" ? null : Number(value);
  }

  async #save() {
    this.fields.clear();
    const { found } = this;
    const flat = Object.values(SECTIONS).flat().filter((name) => this.#owns(name));
    const chat = { invite_rules: this.chat.value(), presence: this.presence.input.checked };
    for (const name of ["edit_minutes", "invitation_days", "cool_off_days"]) chat[name] = this.#value(`chat.${name}`);
    const changes = { ...Object.fromEntries(flat.map((name) => [name, this.#value(name)])), chat, version: found.version };
    // Only what has changed is sent: the rest may be another person's to set.
    for (const name of [...flat, "chat"]) if (same(changes[name], found[name] ?? null)) delete changes[name];
    const more = {
      preferences: this.preferences?.value(),
      approvers: found.approvers && Object.fromEntries(Object.keys(found.approvers).map((type) => [type, parted(this.fields.value(`approvers.${type}`))])),
      retention: found.retention && Object.fromEntries(Object.keys(found.retention).map((name) => [name, this.#days(name)])),
    };
    for (const [name, value] of Object.entries(more)) if (value && !same(value, found[name])) changes[name] = value;
    await this.api.patch("/v1/settings", changes);
    this.tell("campanile-toast", { level: "success", title: t("set.saved") });
    await this.#load();
  }
}

define("screen-settings", Settings);
