// <campanile-popup>: what is urgent stands in front of everything until it is
// dealt with. One after the other, the oldest first.

import { openDialog } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { t } from "../base/texts.js";
import { ago, moment } from "../base/time.js";
import { popsUp } from "./note.js";

const styles = sheet`
dialog { border-block-start: 5px solid var(--tone, var(--accent)); }
.mark { display: flex; align-items: center; gap: var(--s2); color: var(--tone); font-weight: 600; font-size: var(--t-small); }
dialog .lines { font-size: var(--t-large); }`;

export class CampanilePopup extends CampanileElement {
  static styles = [styles];

  start() {
    this.waiting = [];
    this.seen = new Set();
    const { feed, popups } = this.client;
    // Also what came while the person was away and is not read yet.
    const look = () => (feed.items.value ?? []).slice().reverse().forEach((item) => this.#take(item));
    this.watch(feed.items, look);
    // Dealt with in another tab.
    this.watch(feed.items, () => this.shown && feed.find(this.shown.id)?.read && this.dialog?.close());
    this.watch(popups, look);
    // Everything may pop up as it arrives, but not a week's worth at once.
    feed.arrived((item) => popups.value === "all" && this.#add(item), this.signal);
  }

  #take(item) {
    if (this.client.popups.value !== null && popsUp(item, this.client.popups.value, false)) this.#add(item);
  }

  #add(item) {
    if (this.seen.has(item.id) || item.read) return;
    this.seen.add(item.id);
    this.waiting.push(item);
    this.#next();
  }

  #next() {
    if (this.dialog?.isConnected) return;
    let item = this.waiting.shift();
    // Read meanwhile, in another tab or in the bell.
    while (item && this.client.feed.find(item.id)?.read) item = this.waiting.shift();
    this.shown = item ?? null;
    if (!item) return;
    const blocking = item.priority === 4;
    const actions = item.actions ?? [];
    const done = (url) => this.#deal(item, url);
    const links = actions.map((action, index) => h("button", { class: index === 0 ? "primary" : null, onclick: () => done(action.url) }, action.label));
    const open = actions.length === 0 && item.redirect_url && h("button", { onclick: () => done(item.redirect_url) }, t("act.open"));
    const understood = h("button", { class: actions.length === 0 ? "primary" : null, onclick: () => done() }, t("act.understood"));
    this.dialog = openDialog(
      this.root,
      { title: item.title, blocking, role: blocking ? "alertdialog" : "dialog" },
      h("p", { class: "mark" }, icon(item.level), blocking ? t("note.urgent") : t(`level.${item.level}`), h("time", { class: "dim", datetime: item.created_at, title: moment(item.created_at) }, ago(item.created_at))),
      item.body && h("p", { class: "lines" }, item.body),
      h("div", { class: "actions" }, open, actions.length === 0 ? understood : [understood, ...links.reverse()]),
    );
    this.dialog.classList.add(blocking && item.level === "info" ? "error" : item.level);
    this.dialog.addEventListener("close", () => this.#next());
  }

  #deal(item, url) {
    this.client.feed.read(item.id).catch(() => {
      // It comes again with the next visit, which is right for what is urgent.
    });
    this.dialog.close();
    if (url) this.client.navigate(url);
  }
}

define("campanile-popup", CampanilePopup);
