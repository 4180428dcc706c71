// The first screen: what is new, and where to go.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { empty, failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { follow, noteParts, noteStyles } from "../components/note.js";

const SHOWN = 6;

class HomeScreen extends CampanileElement {
  static styles = [noteStyles];

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
        h("section", { class: "stack" }, h("div", { class: "row apart" }, h("h2", null, t("home.latest")), h("a", { href: "#/notifications" }, t("bell.all"))), this.latest),
      ),
    );
    this.watch(feed.unread, (count) => (this.unread.textContent = t("home.unread", { count })));
    this.watch(feed.items, () => this.#paint());
    this.watch(feed.problem, () => this.#paint());
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
