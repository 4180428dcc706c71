// <campanile-posts>: the posts of a community, the pinned first, or one with
// everything below it.

import { openDialog } from "../../base/dialog.js";
import { CampanileElement, define } from "../../base/element.js";
import { fill, h, reconcile } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, empty, loading } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { postEditor, tellOf } from "./editor.js";
import { refusal } from "./ladder.js";
import { postCard, postStyles, reactionStyles } from "./post-card.js";
import "./thread.js";

const styles = sheet`:host { display: block; } dialog { width: min(44rem, calc(100vw - 2rem)); }`;
const LISTS = ["published", "pending", "draft"];

export class CampanilePosts extends CampanileElement {
  static styles = [postStyles, reactionStyles, styles];
  /** `{community, names, moderates}` of the page around it. */
  place;

  start() {
    this.status = "published";
    this.items = null;
    this.list = h("ul", { class: "stack" });
    this.body = h("div");
    this.chips = h("div", { class: "chips", role: "group", "aria-label": t("post.list") });
    this.more = h("button", { onclick: () => act(this.more, () => this.#read(this.after)) }, t("act.more"));
    this.client.feed.arrived((item) => item.reference?.kind === "post" && this.refresh(), this.signal);
    this.listen(document, "visibilitychange", () => document.hidden || this.refresh());
    this.watch(this.client.socket.state, (state) => state === "live" && this.refresh());
    const post = this.getAttribute("post");
    if (post) this.open(post, false);
    else this.#showList();
  }

  get #view() {
    const { community, names, moderates } = this.place;
    const waits = community.settings.require_post_approval && !moderates;
    return { host: this, names, moderates, waits, settings: community.settings, open: (post) => this.open(post.id), changed: (now) => this.#changed(now), removed: (post) => this.#removed(post) };
  }

  #showList() {
    this.thread = null;
    const write = h("button", { class: "primary", onclick: () => this.#write() }, icon("edit"), t("post.write"));
    this.show(h("div", { class: "stack" }, h("div", { class: "row apart" }, this.chips, write), this.body));
    this.#paintChips();
    this.#load();
  }

  #paintChips() {
    const choose = (status) => {
      this.status = status;
      this.#paintChips();
      this.chips.querySelector("[aria-pressed=true]").focus();
      this.#load();
    };
    const own = LISTS.filter((status) => status !== "pending" || !this.place.moderates);
    fill(this.chips, own.map((status) => h("button", { "aria-pressed": String(this.status === status), onclick: () => choose(status) }, t(`post.list.${status}`))));
  }

  async #load() {
    const round = (this.round = {});
    fill(this.body, loading(5));
    try {
      const page = await this.#page();
      if (round !== this.round) return;
      this.items = page.items;
      this.after = page.page.after ?? null;
      this.#paint();
    } catch (problem) {
      if (problem.status !== undefined && round === this.round) fill(this.body, refusal(problem, { retry: () => this.#load() }));
    }
  }

  #page(after) {
    return this.api.get(`/v1/communities/${this.place.community.id}/posts`, { status: this.status, page_size: 20, after }, { signal: this.signal });
  }

  async #read(after) {
    const page = await this.#page(after);
    this.items = [...this.items, ...page.items];
    this.after = page.page.after ?? null;
    this.#paint();
  }

  /** What changed meanwhile, without a word if it cannot be had. */
  async refresh() {
    if (this.thread) return this.thread.refresh();
    if (this.items === null || this.items.length > 20) return undefined;
    const { round } = this;
    try {
      const page = await this.#page();
      if (round !== this.round || this.thread) return undefined;
      this.items = page.items;
      this.after = page.page.after ?? null;
      this.#paint();
    } catch {
      // What is shown stays; the next sign of life asks again.
    }
    return undefined;
  }

  #paint() {
    if (this.items.length === 0 && !this.after) {
      const all = this.status === "published";
      return fill(this.body, h("div", { class: "card" }, empty({ icon: "community", title: t(all ? "post.none" : "post.noneOther"), text: all ? t("post.noneText") : null })));
    }
    if (!this.list.isConnected) fill(this.body, h("div", { class: "stack" }, this.list, h("div", null, this.more)));
    this.more.hidden = this.after === null;
    const key = (post) => `${post.id}-${post.version}-${post.pinned}-${post.counts.replies}-${this.status}`;
    reconcile(this.list, this.items, key, (post) => h("li", { class: "card" }, postCard(this.#view, post, false)));
    return undefined;
  }

  #changed(now) {
    const before = this.items?.find((post) => post.id === now.id);
    this.items = this.items?.map((post) => (post.id === now.id ? now : post)) ?? null;
    // Its place in the list, or the list that it is in, may be another one.
    if (before && (before.status !== now.status || before.pinned !== now.pinned)) this.#load();
    else if (this.items) this.#paint();
  }

  #removed(gone) {
    this.items = this.items?.filter((post) => post.id !== gone.id) ?? null;
    if (this.items) this.#paint();
  }

  #write() {
    const { community, moderates } = this.place;
    const done = (post) => {
      dialog.close();
      tellOf(this, post);
      this.status = post.status;
      this.#paintChips();
      this.#load();
    };
    const form = postEditor(this, { community: community.id, waits: community.settings.require_post_approval && !moderates, done, cancel: () => dialog.close() });
    const dialog = openDialog(this.root, { title: t("post.write") }, form);
    form.querySelector("input").focus();
  }

  /** Opens one post, or goes back to the list. */
  open(id, tells = true) {
    if (tells) this.tell("campanile-open", { community: this.place.community.id, post: id });
    if (!id) return this.#showList();
    this.thread = h("campanile-post", { post: id, ".place": this.place });
    this.listen(this.thread, "campanile-back", () => this.open(null));
    return this.show(this.thread);
  }
}

define("campanile-posts", CampanilePosts);
