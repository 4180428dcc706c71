// Announcements as everybody sees them, and as those see them who write them.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { field, tag } from "../base/states.js";
import { addTexts, number, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { choice, text } from "../staff/forms.js";
import { addressed, audienceText, stateTag, typeName } from "../staff/labels.js";
import { entry, Listing, pausing } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { publish } from "../texts/publish.js";
addTexts(publish);

export const TYPES = ["general", "urgent", "event", "holiday", "exam", "fee"];
const STATES = ["draft", "scheduled", "published", "unpublished"];

/** What is addressed to the person. */
class MyAnnouncements extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const mayWrite = this.client.is("staff", "admin", "teacher");
    const list = new Listing(this, { path: "/v1/announcements/mine", row: mine, none: { icon: "megaphone", title: t("ann.noneMine"), text: t("ann.noneMineText") } });
    this.show(h("div", { class: "screen" }, h("div", { class: "head" }, h("h1", null, t("ann.title")), mayWrite && h("a", { href: "#/manage/announcements" }, t("ann.manage"))), list.element));
    list.load();
    // What is published meanwhile belongs on the list.
    this.client.feed.arrived((items) => [items].flat().some((item) => item.type === "announcement") && list.load(), this.signal);
  }
}

function mine(item) {
  const tags = [!item.read && tag(t("note.unread"), "info"), tag(typeName(item.type), item.type === "urgent" ? "error" : "")];
  return entry({ href: `#/announcements/${item.id}`, title: item.title, text: item.body, tags, when: item.published_at });
}

/** All of them for staff, their own for teachers. */
class ManageAnnouncements extends CampanileElement {
  static styles = [staffStyles];

  start() {
    this.list = new Listing(this, { path: "/v1/announcements", row: (item) => this.#row(item), none: (query) => ({ icon: "megaphone", title: t("ann.none"), text: t(Object.values(query).some(Boolean) ? "list.noneFits" : "ann.noneText") }) });
    const any = (values, name) => [["", t(`${name}.any`)], ...values.map((value) => [value, t(`${name}.${value}`)])];
    const state = choice(any(STATES, "status"), this.query.get("status") ?? "", { onchange: () => load() });
    const type = choice(any(TYPES, "type"), "", { onchange: () => load() });
    const search = text("", { type: "search", oninput: pausing(() => load()) });
    const load = () => this.list.load({ status: state.value, type: type.value, q: search.value.trim() });
    const find = field(t("act.search"), search);
    find.classList.add("wide");
    const make = h("a", { class: "button primary", href: "#/manage/announcements/new" }, icon("plus"), t("ann.new"));
    this.totals = h("div");
    this.show(h("div", { class: "screen" }, h("div", { class: "head" }, h("h1", null, t("ann.manage")), make), this.totals, h("div", { class: "filters" }, field(t("ann.status"), state), field(t("ann.type"), type), find), this.list.element));
    load();
    if (this.client.is("staff", "admin")) this.#totals();
  }

  /** The figures of the last month; the list is of use without them. */
  async #totals() {
    try {
      const { announcements, overall } = await this.api.get("/v1/announcements/statistics", null, { signal: this.signal });
      if (announcements === 0) return;
      const figure = (value, label) => h("div", { class: "figure" }, h("b", null, value), h("span", null, label));
      fill(this.totals, h("div", { class: "card figures" }, figure(number(announcements), t("ann.count", { count: announcements })), figure(number(overall.audience), t("ann.reached")), figure(number(overall.delivered), t("status.delivered")), figure(number(overall.read_rate / 100, { style: "percent", maximumFractionDigits: 1 }), t("ann.readRate"))));
    } catch {
      // They are asked for again with the next visit.
    }
  }

  #row(item) {
    const to = h("span", null, " ");
    audienceText(this.api, addressed(item)).then((words) => (to.textContent = words));
    // A scheduled one has the time at which it will be published.
    const planned = item.status === "scheduled" && h("span", { class: "dim small" }, moment(item.published_at));
    const when = item.status === "published" ? item.published_at : item.updated_at;
    return entry({ href: `#/manage/announcements/${item.id}`, title: item.title, text: to, tags: [planned, tag(typeName(item.type), item.type === "urgent" ? "error" : ""), stateTag(item.status)], when });
  }
}

define("screen-my-announcements", MyAnnouncements);
define("screen-announcements", ManageAnnouncements);
