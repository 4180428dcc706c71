// Every notification of the tenant: found by words, person, type and day, and
// taken back where one should not have been sent.

import { confirmed, openDialog } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { act, field, tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { combobox, people } from "../staff/combobox.js";
import { explainBox } from "../staff/explain.js";
import { choice, text } from "../staff/forms.js";
import { entry, Listing, pausing } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { fromInput } from "../staff/zone.js";
import { automation } from "../texts/automation.js";
addTexts(automation);

class AllNotifications extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const zone = this.client.me.value?.tenant.time_zone;
    this.user = this.query.get("user") ?? "";
    this.list = new Listing(this, { path: "/v1/admin/notifications", row: (item) => this.#row(item), none: (query) => ({ icon: "bell", title: t("note.none"), text: Object.values(query).some(Boolean) ? t("note.noneText") : t("ntf.noneText") }) });
    const day = (value, time) => (value ? fromInput(`${value}T${time}`, zone) : null);
    const load = () => this.list.load({ q: search.value.trim(), type: type.value.trim(), user_id: this.user, read: this.user ? read.value : "", from: day(from.value, "00:00"), to: day(to.value, "23:59") });
    const soon = pausing(() => load());
    const search = text("", { type: "search", oninput: soon });
    const type = text("", { type: "search", placeholder: "announcement", oninput: soon });
    const who = combobox({ label: t("log.person"), placeholder: t("aud.findPerson"), keep: true, find: people(this.api), pick: ({ value }) => ((this.user = value), load()) });
    who.input.value = this.user;
    who.input.addEventListener("input", () => !who.input.value && this.user && ((this.user = ""), load()));
    const read = choice([["", t("ntf.anyRead")], ["true", t("ntf.read")], ["false", t("note.unread")]], "", { onchange: () => load() });
    const from = text("", { type: "date", onchange: () => load() });
    const to = text("", { type: "date", onchange: () => load() });
    const words = field(t("ntf.words"), search);
    words.classList.add("wide");
    const person = h("div", { class: "field" }, h("span", { class: "label" }, t("log.person")), who);
    const make = h("a", { class: "button primary", href: "#/notify" }, icon("plus"), t("menu.notify"));
    this.show(h("div", { class: "screen" }, h("div", { class: "head" }, h("h1", null, t("menu.notifications")), make), h("div", { class: "filters" }, words, person, field(t("ntf.readState"), read), field(t("ann.type"), type), field(t("log.from"), from), field(t("log.to"), to)), this.list.element));
    load();
  }

  #row(item) {
    const { title, body, level, type, recipients, read, priority, created_at } = item;
    const tags = [priority === 4 && tag(t("note.urgent"), "error"), read === false && tag(t("note.unread"), "info"), read === true && tag(t("ntf.read")), recipients !== undefined && recipients !== null && h("span", { class: "dim small" }, t("auto.people", { count: recipients })), h("code", { class: "dim small" }, type)];
    const mark = h("span", { class: level }, icon(level));
    mark.style.setProperty("color", "var(--tone)");
    return entry({ onclick: () => this.#open(item), mark, title, text: body, tags, when: created_at });
  }

  #open(item) {
    const fact = (name, value) => value && [h("dt", null, t(name)), h("dd", null, value)];
    const remove = h("button", { class: "danger", onclick: () => act(remove, () => this.#retract(item, dialog)) }, t(this.user ? "ntf.retractOne" : "ntf.retract"));
    const dialog = openDialog(
      this.root,
      { title: item.title },
      item.body && h("p", { class: "lines" }, item.body),
      h("dl", { class: "facts" }, fact("ann.type", item.type), fact("note.priority", t(`priority.${item.priority}`)), fact("auto.link", item.redirect_url), fact("log.at", moment(item.created_at)), fact("log.send", item.send && h("a", { href: `#/sends/${item.send}`, onclick: () => dialog.close() }, t("send.results")))),
      explainBox(this, item.id),
      h("div", { class: "actions" }, remove),
    );
  }

  async #retract(item, dialog) {
    if (!(await confirmed(this.root, { title: t("ntf.retractSure"), text: t(this.user ? "ntf.retractOneText" : "ntf.retractText"), act: t("ntf.retract") }))) return;
    await this.api.delete(`/v1/admin/notifications/${item.id}`, { user_id: this.user });
    dialog.close();
    await this.list.load();
  }
}

define("screen-all-notifications", AllNotifications);
