// The first screen: what is new, and where to go.

import { routes } from "../app/routes.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { empty, failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { follow, noteParts, noteStyles } from "../components/note.js";

const SHOWN = 6;

const styles = sheet`
.tiles { display: grid; gap: var(--s3); grid-template-columns: repeat(auto-fill, minmax(min(100%, 11.5rem), 1fr)); }
.tile { display: flex; gap: var(--s2); align-items: center; padding: var(--s3); min-height: 60px; color: inherit; text-decoration: none; transition: border-color var(--quick); } .tile:hover { border-color: var(--accent); }
.tile > .icon { color: var(--accent); width: 24px; height: 24px; } .tile p { line-height: 1.3; }
@media (max-width: 47.99rem) { .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: var(--s2); } .tile { padding: var(--s3); gap: var(--s2); font-size: .875rem; } .tile > .icon { width: 20px; height: 20px; } .tile:last-child:nth-child(odd) { grid-column: span 2; } }`;

class HomeScreen extends CampanileElement {
  static styles = [noteStyles, styles];

  start() {
    const { feed, me } = this.client;
    const name = me.value?.profile?.name?.split(" ")[0] ?? me.value?.id ?? "";
    this.unread = h("p", { class: "dim" });
    this.latest = h("div");
    this.show(
      h(
        "div",
        { class: "screen" },
        h("div", null, h("h1", null, t("home.hello", { name })), this.unread),
        h("nav", { class: "tiles", "aria-label": t("home.places") }, this.#places()),
        h("section", { class: "stack" }, h("div", { class: "row apart" }, h("h2", null, t("home.latest")), h("a", { href: "#/notifications" }, t("bell.all"))), this.latest),
      ),
    );
    this.watch(feed.unread, (count) => (this.unread.textContent = t("home.unread", { count })));
    this.watch(feed.items, () => this.#paint());
    this.watch(feed.problem, () => this.#paint());
  }

  /** Where to go, and what waits there. */
  #places() {
    const mine = routes.filter((route) => route.icon && !route.roles && !["/", "/notifications"].includes(route.path));
    return mine.map(({ path, title, icon: name, badge }) => {
      const waiting = h("p", { class: "dim small" });
      const signal = { chat: this.client.badges.chat, mail: this.client.badges.mail }[badge];
      if (signal) this.watch(signal, (count) => (waiting.textContent = count > 0 ? t("home.waiting", { count }) : t("home.nothing")));
      return h("a", { class: "card tile", href: `#${path}` }, icon(name), h("div", { class: "grow" }, h("p", { class: "strong" }, t(title)), signal && waiting));
    });
  }

  #paint() {
    const { items, problem } = this.client.feed;
    if (items.value === null) return fill(this.latest, problem.value ? failed(problem.value, () => this.client.feed.start()) : loading(6));
    if (items.value.length === 0) return fill(this.latest, h("div", { class: "card" }, empty({ icon: "bell", title: t("bell.empty"), text: t("bell.emptyText") })));
    const rows = items.value.slice(0, SHOWN).map((item) => {
      const button = h("button", { class: `item note ${item.level}`, onclick: () => follow(this.client, item) }, noteParts(item));
      button.toggleAttribute("data-unread", !item.read);
      return h("li", null, button);
    });
    return fill(this.latest, h("ul", { class: "list card flush" }, rows));
  }
}

define("campanile-home", HomeScreen);
