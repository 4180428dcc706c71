// <campanile-notifications>: everything that was told to the person, filtered
// by the service, with the newest coming in by themselves.

import { confirmed } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h, reconcile } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { act, empty, failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { dayKey, dayName } from "../base/time.js";
import { follow, noteParts, noteState, noteStyles } from "./note.js";

const styles = sheet`
:host { display: block; }
.entry { display: flex; align-items: center; } .entry > .note { flex: 1; min-width: 0; } .entry > .only { margin-inline-end: var(--s2); color: var(--dim); }
.day { padding: var(--s2) var(--s4); background: var(--sunken); font-size: var(--t-small); font-weight: 600; color: var(--dim); }
.filters select { width: auto; min-width: 9.5rem; flex: 0 1 auto; }
@media (max-width: 47.99rem) { .filters > .row, .chips { width: 100%; } .filters select { flex: 1 1 0; min-width: 0; } .filters > .row:last-child { justify-content: space-between; } .filters > .row:last-child > button { padding-inline: 0; } }`;

const LEVELS = ["info", "success", "warning", "error"];
const PRIORITIES = [4, 3, 2, 1];

export class CampanileNotifications extends CampanileElement {
  static styles = [noteStyles, styles];

  start() {
    this.filter = { unread: null, level: null, priority: null };
    this.items = new Map();
    this.after = null;
    this.body = h("div");
    this.list = h("ul", { class: "list card flush" });
    this.more = h("button", { onclick: () => act(this.more, () => this.#read(this.after)) }, t("act.more"));
    this.show(h("div", { class: "stack" }, this.#bar(), this.body));
    const { feed } = this.client;
    this.watch(feed.items, (items) => this.#follow(items));
    this.#reload();
  }

  #bar() {
    const chips = h("div", { class: "chips", role: "group", "aria-label": t("note.onlyUnread") });
    const chip = (label, unread) => h("button", { "aria-pressed": String(this.filter.unread === unread), onclick: () => choose(unread) }, label);
    const choose = (unread) => {
      this.filter.unread = unread;
      fill(chips, chip(t("note.all"), null), chip(t("note.onlyUnread"), true));
      this.#reload();
    };
    fill(chips, chip(t("note.all"), null), chip(t("note.onlyUnread"), true));
    const { feed } = this.client;
    const readAll = h("button", { class: "quiet", onclick: () => act(readAll, () => feed.readAll().then(() => this.#reload())) }, icon("check"), t("bell.readAll"));
    const clear = h("button", { class: "quiet", onclick: () => act(clear, () => this.#clear()) }, icon("trash"), t("note.clear"));
    return h(
      "div",
      { class: "row apart filters" },
      h("div", { class: "row" }, chips, this.#select("level", t("note.level"), t("note.anyLevel"), LEVELS), this.#select("priority", t("note.priority"), t("note.anyPriority"), PRIORITIES)),
      h("div", { class: "row" }, readAll, clear),
    );
  }

  #select(name, label, any, values) {
    const options = values.map((value) => h("option", { value }, t(`${name}.${value}`)));
    const change = (event) => {
      this.filter[name] = event.target.value || null;
      this.#reload();
    };
    return h("select", { "aria-label": label, onchange: change }, h("option", { value: "" }, any), options);
  }

  async #clear() {
    const sure = await confirmed(this.root, { title: t("note.clearSure"), text: t("act.sure"), act: t("note.clear") });
    if (!sure) return;
    await this.client.feed.clear();
    await this.#reload();
  }

  async #reload() {
    const round = (this.round = {});
    fill(this.body, loading(6));
    try {
      const answer = await this.api.get("/v1/notifications", { ...this.filter, page_size: 30 });
      if (round !== this.round) return;
      this.items = new Map();
      this.#take(answer);
    } catch (problem) {
      if (round === this.round) fill(this.body, failed(problem, () => this.#reload()));
    }
  }

  async #read(after) {
    this.#take(await this.api.get("/v1/notifications", { ...this.filter, page_size: 30, after }));
  }

  #take(answer) {
    for (const item of answer.items) this.items.set(item.id, item);
    this.after = answer.page?.after ?? null;
    this.#paint();
  }

  /** What the feed knows is newer than what was read here. */
  #follow(items) {
    // Its list gets shorter only by what is deleted, here or in another tab.
    const before = this.fed ?? [];
    if (items && items.length < before.length) {
      const left = new Set(items.map((item) => item.id));
      for (const { id } of before) left.has(id) || this.items.delete(id);
    }
    this.fed = items;
    for (const item of items ?? []) {
      const known = this.items.has(item.id);
      if (known || this.#fits(item)) this.items.set(item.id, item);
    }
    if (this.list.isConnected || this.items.size > 0) this.#paint();
  }

  #fits({ read, level, priority }) {
    const { filter } = this;
    return !(filter.unread && read) && (!filter.level || filter.level === level) && (!filter.priority || Number(filter.priority) === priority);
  }

  #paint() {
    const items = [...this.items.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    if (items.length === 0) return fill(this.body, empty({ icon: "bell", title: t("note.none"), text: Object.values(this.filter).some(Boolean) ? t("note.noneText") : t("bell.emptyText") }));
    const rows = [];
    let last = null;
    for (const item of items) {
      const day = dayKey(item.created_at);
      if (day !== last) rows.push({ id: `day-${day}`, day: item.created_at });
      last = day;
      rows.push(item);
    }
    if (!this.list.isConnected) fill(this.body, h("div", { class: "stack" }, this.list, h("div", { class: "row" }, this.more)));
    this.more.hidden = this.after === null;
    reconcile(this.list, rows, (row) => row.id, (row) => this.#row(row), (element, row) => row.day || this.#dress(element.firstElementChild, row));
  }

  #row(item) {
    if (item.day) return h("li", { class: "day" }, dayName(item.day));
    const button = h("button", { class: "item note", onclick: () => follow(this.client, item) });
    this.#dress(button, item);
    const remove = h("button", { class: "quiet only", "aria-label": t("note.remove", item), onclick: () => act(remove, () => this.#remove(item.id)) }, icon("trash"));
    return h("li", { class: "entry" }, button, remove);
  }

  #dress(button, item) {
    const state = noteState(item);
    if (button.state === state) return;
    button.state = state;
    button.className = `item note ${item.level}`;
    button.toggleAttribute("data-unread", !item.read);
    fill(button, ...noteParts(item));
  }

  async #remove(id) {
    await this.client.feed.remove(id);
    this.items.delete(id);
    this.#paint();
  }
}

define("campanile-notifications", CampanileNotifications);
