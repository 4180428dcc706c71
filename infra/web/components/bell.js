// <campanile-bell>: the unread badge, and the latest notifications below it.

import { CampanileElement, define } from "../base/element.js";
import { fill, h, reconcile } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { act, badge, empty, failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { follow, noteParts, noteState, noteStyles } from "./note.js";

const SHOWN = 10;

const styles = sheet`
:host { display: inline-block; position: relative; }
.bell { position: relative; } .bell .badge { position: absolute; inset-block-start: -1px; inset-inline-start: 20px; height: 18px; min-width: 18px; padding: 0 5px; line-height: 18px; font-size: .6875rem; box-shadow: 0 0 0 2px var(--sheet); }
.panel { position: absolute; z-index: 30; inset-inline-end: 0; inset-block-start: calc(100% + 8px); width: min(25rem, calc(100vw - 24px)); max-height: min(34rem, calc(100dvh - 90px)); display: grid; grid-template-rows: auto minmax(0, 1fr) auto; background: var(--raised); border-radius: var(--radius); box-shadow: var(--float); overflow: hidden; }
.panel > header, .panel > footer { padding: var(--s2) var(--s4); min-height: 52px; }
.panel > header { border-bottom: 1px solid var(--line); } .panel > footer { border-top: 1px solid var(--line); display: grid; justify-content: center; align-items: center; }
@media (max-width: 30rem) { .panel { position: fixed; inset-inline: 12px; inset-block-start: 64px; width: auto; } }`;

export class CampanileBell extends CampanileElement {
  static styles = [noteStyles, styles];

  start() {
    this.count = h("span");
    this.label = h("span", { class: "unseen" });
    this.button = h("button", { class: "quiet only bell", "aria-expanded": "false", "aria-haspopup": "dialog", onclick: () => this.toggle() }, icon("bell"), this.label, this.count);
    this.body = h("div", { class: "scroll" });
    this.list = h("ul", { class: "list" });
    this.panel = this.#panel();
    // A person who does not look at the bell hears the title once.
    this.said = h("p", { class: "unseen", role: "status" });
    this.show(this.button, this.panel, this.said);
    const { feed } = this.client;
    this.watch(feed.unread, (count) => this.#paintCount(count));
    this.watch(feed.items, () => this.#paint());
    this.watch(feed.problem, () => this.#paint());
    feed.arrived((item) => (this.said.textContent = t("note.arrived", item)), this.signal);
    this.listen(document, "pointerdown", (event) => event.composedPath().includes(this) || this.toggle(false));
    this.listen(this, "keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return;
      this.toggle(false);
      this.button.focus();
    });
  }

  #panel() {
    const readAll = h("button", { class: "link small", onclick: () => act(readAll, () => this.client.feed.readAll()) }, t("bell.readAll"));
    this.readAll = readAll;
    const all = this.getAttribute("all") ?? "/notifications";
    const see = h("button", { class: "link", onclick: () => this.#leave(() => this.client.navigate(all)) }, t("bell.all"));
    return h(
      "div",
      { class: "panel", role: "dialog", "aria-label": t("bell.title"), hidden: true },
      h("header", { class: "row apart" }, h("h2", { tabindex: "-1" }, t("bell.title")), readAll),
      this.body,
      h("footer", null, see),
    );
  }

  /** Opens or closes the list. */
  toggle(open = this.panel.hidden) {
    if (open === !this.panel.hidden) return;
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    // Toasts about what the list shows would only cover it.
    this.tell("campanile-bell", { open });
    if (!open) return;
    this.#paint();
    this.$("h2").focus();
  }

  #leave(go) {
    this.toggle(false);
    go();
  }

  #paintCount(count) {
    fill(this.count, badge(count));
    this.label.textContent = t("bell.label", { count });
    this.readAll.hidden = count === 0;
  }

  #paint() {
    if (this.panel.hidden) return;
    const { items, problem } = this.client.feed;
    const latest = items.value?.slice(0, SHOWN);
    if (!latest) fill(this.body, problem.value ? failed(problem.value, () => this.client.feed.start()) : loading());
    else if (latest.length === 0) fill(this.body, empty({ icon: "bell", title: t("bell.empty"), text: t("bell.emptyText") }));
    else {
      if (!this.list.isConnected) fill(this.body, this.list);
      reconcile(this.list, latest, (item) => item.id, (item) => this.#row(item), (row, item) => this.#dress(row.firstElementChild, item));
    }
  }

  #row(item) {
    const button = h("button", { class: "item note", onclick: () => this.#leave(() => follow(this.client, item)) });
    this.#dress(button, item);
    return h("li", null, button);
  }

  #dress(button, item) {
    const state = noteState(item);
    if (button.state === state) return;
    button.state = state;
    button.className = `item note ${item.level}`;
    button.toggleAttribute("data-unread", !item.read);
    fill(button, ...noteParts(item));
  }
}

define("campanile-bell", CampanileBell);
