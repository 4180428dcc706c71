// <campanile-inbox folder="inbox|sent" thread="thr_…">: mail-like messages, a
// list of a folder beside the thread that is open. Give it a height.

import { CampanileElement, define } from "../base/element.js";
import { fill, h, reconcile } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { act, empty, failed, loading } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { inbox } from "../texts/inbox.js";
import { people } from "../texts/people.js";
import "./inbox/compose.js";
import { dressLetter, letterRow, rowStyles } from "./inbox/row.js";
import "./inbox/thread.js";
import { paneStyles } from "./panes.js";
import { tabRow } from "./tabs.js";

addTexts(people);
addTexts(inbox);

const styles = sheet`
h2 { flex: 1; min-width: 0; }
.tabs { padding-inline: var(--s3); flex: none; }
.search { display: grid; gap: var(--s2); padding: var(--s3) var(--s4); flex: none; border-bottom: 1px solid var(--line); }
.next { padding: var(--s3) var(--s4); } .next button { width: 100%; }
campanile-thread, campanile-compose { flex: 1; min-height: 0; }`;

const SIZE = 25;
const POLL = 30_000;
/** Milliseconds after the last letter of a search. */
const SOON = 300;

export class CampanileInbox extends CampanileElement {
  static styles = [paneStyles, rowStyles, styles];

  start() {
    this.folder = this.getAttribute("folder") === "sent" ? "sent" : "inbox";
    this.filter = { q: "", unread: null, urgent: null };
    this.items = null;
    // What was deleted here. An answer that was asked for before does not bring it back.
    this.gone = new Set();
    this.list = h("ul", { class: "list" });
    this.body = h("div", { class: "fill" });
    this.more = h("button", { onclick: () => act(this.more, () => this.#read(this.after)) }, t("act.more"));
    this.place = h("section", { "aria-label": t("inbox.thread") });
    this.panes = h("div", { class: "panes" }, this.#side(), this.place);
    this.show(this.panes);
    const { feed, socket } = this.client;
    feed.arrived((item) => item.type.startsWith("message.") && this.#refresh(), this.signal);
    this.watch(socket.state, (state) => this.#follow(state));
    this.signal.addEventListener("abort", () => clearInterval(this.poll), { once: true });
    this.listen(this.root, "campanile-letters", ({ detail }) => this.#changed(detail));
    this.listen(this.root, "campanile-back", () => this.open(null));
    this.#reload();
    if (this.hasAttribute("compose")) this.compose(false);
    else this.open(this.getAttribute("thread"), false);
  }

  #side() {
    this.tabs = tabRow({ label: t("inbox.folders"), textOf: (folder) => t(`inbox.${folder}`), choose: (folder) => this.#turn({ folder }) });
    const search = h("input", { type: "search", "aria-label": t("inbox.search"), placeholder: t("inbox.search"), oninput: () => this.#search(search.value) });
    this.chips = h("div", { class: "chips", role: "group", "aria-label": t("inbox.search") });
    const compose = h("button", { class: "primary", onclick: () => this.compose() }, icon("edit"), t("inbox.compose"));
    this.#paintFilters();
    return h("section", { "aria-label": t("inbox.messages") }, h("div", { class: "bar-top" }, h("h2", null, t("inbox.messages")), compose), this.tabs, h("div", { class: "search" }, search, this.chips), this.body);
  }

  #paintFilters() {
    this.tabs.paint(["inbox", "sent"], this.folder);
    const chip = (name, label) => h("button", { "aria-pressed": String(this.filter[name] === true), onclick: () => this.#turn({ [name]: this.filter[name] ? null : true }) }, label);
    fill(this.chips, this.folder === "inbox" && chip("unread", t("inbox.onlyUnread")), chip("urgent", t("inbox.onlyUrgent")));
  }

  #turn({ folder = this.folder, ...filter }) {
    this.folder = folder;
    Object.assign(this.filter, filter);
    if (folder === "sent") this.filter.unread = null;
    const label = this.root.activeElement?.textContent;
    this.#paintFilters();
    [...this.chips.children].find((one) => one.textContent === label)?.focus();
    this.#reload();
  }

  #search(q) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#turn({ q: q.trim() }), SOON);
  }

  #query(after) {
    return { folder: this.folder, ...this.filter, page_size: SIZE, after };
  }

  async #reload() {
    const round = (this.round = {});
    this.items = null;
    fill(this.body, loading(6));
    try {
      const page = await this.api.get("/v1/messages", this.#query());
      if (round !== this.round) return;
      this.items = this.#there(page.items);
      this.after = page.page.after ?? null;
      this.#paint();
    } catch (problem) {
      if (round === this.round) fill(this.body, failed(problem, () => this.#reload()));
    }
  }

  #there(items) {
    return items.filter((item) => !this.gone.has(item.id));
  }

  async #read(after) {
    const page = await this.api.get("/v1/messages", this.#query(after));
    this.items = [...this.items, ...this.#there(page.items)];
    this.after = page.page.after ?? null;
    this.#paint();
  }

  /** What is newer than what is shown comes on top. */
  async #refresh() {
    if (this.items === null) return;
    const { round } = this;
    try {
      const { items } = await this.api.get("/v1/messages", this.#query());
      if (round !== this.round || this.items === null) return;
      const known = new Map([...this.items, ...this.#there(items)].map((item) => [item.id, item]));
      this.items = [...known.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
      this.#paint();
      this.place.querySelector("campanile-thread")?.refresh();
    } catch {
      // The next push or poll asks again; what is shown stays.
    }
  }

  #follow(state) {
    clearInterval(this.poll);
    if (state === "live") this.#refresh();
    if (state === "polling") this.poll = setInterval(() => this.#refresh(), POLL);
  }

  #paint() {
    if (this.items === null) return undefined;
    if (this.items.length === 0 && !this.after) {
      const filtered = Object.values(this.filter).some(Boolean);
      const text = filtered ? "inbox.noneFound" : this.folder === "sent" ? "inbox.noneSent" : "inbox.noneText";
      return fill(this.body, empty({ icon: "mail", title: t("inbox.none"), text: t(text) }));
    }
    if (!this.list.isConnected) fill(this.body, this.list, h("div", { class: "next" }, this.more));
    this.more.parentElement.hidden = this.after === null;
    const dress = (row, item) => dressLetter(row, item, item.thread === this.thread);
    const make = (item) => {
      const row = letterRow(() => this.open(item.thread));
      dress(row, item);
      return row;
    };
    reconcile(this.list, this.items, (item) => item.id, make, dress);
    return undefined;
  }

  /** Opens a thread, or the list alone; `tells` the page around it. */
  open(thread, tells = true) {
    const before = this.thread;
    this.thread = thread;
    this.panes.toggleAttribute("data-open", Boolean(thread));
    fill(this.place, thread ? h("campanile-thread", { thread }) : empty({ icon: "mail", title: t("inbox.choose"), text: t("inbox.chooseText") }));
    this.#paint();
    if (!thread && before) this.#rowOf(before)?.focus();
    if (tells) this.tell("campanile-open", { thread });
  }

  /** Opens an empty message. */
  compose(tells = true) {
    this.thread = null;
    this.panes.setAttribute("data-open", "");
    fill(this.place, h("campanile-compose"));
    this.#paint();
    if (tells) this.tell("campanile-open", { thread: null, compose: true });
  }

  #rowOf(thread) {
    const index = this.items?.findIndex((item) => item.thread === thread) ?? -1;
    return this.list.children[index]?.firstElementChild;
  }

  /** A part tells: `{read: [ids]}`, `{unread: id}`, `{deleted: id}`, `{sent: thread}`. */
  #changed({ read = [], unread, deleted, sent }) {
    if (deleted) this.gone.add(deleted);
    this.items = this.items?.filter((item) => item.id !== deleted).map((item) => (read.includes(item.id) ? { ...item, read: true } : item.id === unread ? { ...item, read: false } : item)) ?? null;
    this.client.badges.refresh();
    this.#paint();
    if (sent !== undefined) this.#refresh();
    if (sent) this.open(sent);
    else if (sent === null) this.open(null);
  }
}

define("campanile-inbox", CampanileInbox);
