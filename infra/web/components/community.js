// <campanile-community community="com_…" post="pst_…">: the communities of a
// person's courses, or one of them with its posts, chat and members.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { act, empty, failed, loading, tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { community } from "../texts/community.js";
import { people } from "../texts/people.js";
import { createDialog } from "./community/settings.js";
import "./community/page.js";

addTexts(people);
addTexts(community);

const styles = sheet`
:host { display: block; }
.tiles { display: grid; gap: var(--s4); grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
.tile { display: grid; gap: var(--s3); align-content: start; grid-template-rows: auto 1fr auto; } .tile h2 button { font-size: var(--t-large); font-weight: 620; color: var(--ink); text-align: start; }`;

export class CampanileCommunity extends CampanileElement {
  static styles = [styles];

  start() {
    this.place = h("div");
    this.show(this.place);
    this.listen(this.place, "campanile-back", () => this.open(null));
    const id = this.getAttribute("community");
    if (id) this.#page(id, this.getAttribute("post"));
    else this.#list();
  }

  /** Opens a community, one post of it, or the list of all; `tells` the page around it. */
  open(id, post = null, tells = true) {
    if (tells) this.tell("campanile-open", { community: id, post });
    if (id) this.#page(id, post);
    else this.#list();
  }

  #page(id, post) {
    fill(this.place, h("campanile-community-page", { community: id, post }));
  }

  async #list() {
    fill(this.place, loading(6));
    try {
      const items = [];
      for await (const one of this.api.items("/v1/communities", { page_size: 100 }, { signal: this.signal })) items.push(one);
      this.#paint(items);
    } catch (problem) {
      if (problem.status !== undefined) fill(this.place, failed(problem, () => this.#list()));
    }
  }

  #paint(items) {
    const teaches = this.client.me.value?.memberships?.some((one) => one.kind === "course" && one.role !== "student");
    const make = (this.client.is("staff", "admin") || teaches) && h("button", { onclick: () => act(make, () => createDialog(this, new Set(items.map((one) => one.group)), (made) => this.open(made.id))) }, icon("plus"), t("com.create"));
    const none = h("div", { class: "card" }, empty({ icon: "community", title: t("com.none"), text: t("com.noneText") }));
    fill(this.place, h("div", { class: "stack" }, make && h("div", { class: "row apart" }, h("span"), make), items.length > 0 ? h("ul", { class: "tiles" }, items.map((one) => this.#tile(one))) : none));
  }

  #tile(one) {
    const join = h("button", { class: "primary", "aria-label": `${t("com.join")}: ${one.name}`, onclick: () => act(join, () => this.#join(one)) }, t("com.join"));
    const { membership } = one;
    return h(
      "li",
      { class: "card tile" },
      h("div", { class: "row apart" }, h("h2", null, h("button", { class: "link", onclick: () => this.open(one.id) }, one.name)), membership && tag(t(`com.role.${membership.role}`), membership.role === "member" ? "" : "info")),
      h("p", { class: "dim lines" }, one.description),
      h("div", { class: "row apart" }, h("p", { class: "dim small" }, `${t("com.members", { count: one.counts.members })} · ${t("com.posts", { count: one.counts.posts })}`), membership ? h("button", { "aria-label": `${t("act.open")}: ${one.name}`, onclick: () => this.open(one.id) }, t("act.open")) : join),
    );
  }

  async #join(one) {
    await this.api.post(`/v1/communities/${one.id}/join`);
    this.tell("campanile-toast", { level: "success", title: t("com.joined", one) });
    this.open(one.id);
  }
}

define("campanile-community", CampanileCommunity);
