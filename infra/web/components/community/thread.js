// <campanile-post post="pst_…">: a post with everything below it.

import { CampanileElement, define } from "../../base/element.js";
import { fill, h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { empty, failed, loading } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { postEditor, tellOf } from "./editor.js";
import { postCard, postStyles, reactionStyles } from "./post-card.js";

const styles = sheet`
:host { display: block; } .up { margin-inline-start: calc(-1 * var(--s3)); padding-inline: var(--s2); }
.below { display: grid; gap: var(--s4); } .below > li { margin-inline-start: calc(var(--level) * clamp(12px, 2.5vw, 28px)); padding-inline-start: var(--s4); border-inline-start: 2px solid var(--line); display: grid; gap: var(--s3); }
.below .avatar { width: 30px; height: 30px; font-size: .6875rem; }`;

export class CampanilePost extends CampanileElement {
  static styles = [postStyles, reactionStyles, styles];
  place;

  start() {
    this.body = h("div", { class: "stack" }, loading(5));
    const back = h("button", { class: "quiet up", onclick: () => this.tell("campanile-back") }, icon("back"), t("post.back"));
    this.show(h("div", { class: "stack" }, h("div", null, back), this.body));
    this.refresh();
  }

  get #id() {
    return this.getAttribute("post");
  }

  /** Reads it again, unless something is being written. */
  async refresh() {
    if (this.root.activeElement?.matches?.("textarea, input")) return;
    try {
      const post = await this.api.get(`/v1/posts/${this.#id}`, {}, { signal: this.signal });
      const replies = [];
      for await (const reply of this.api.items(`/v1/posts/${this.#id}/replies`, { page_size: 100 }, { signal: this.signal })) replies.push(reply);
      this.#paint(post, replies);
    } catch (problem) {
      if (problem.status === undefined) return;
      if (problem.status === 404) fill(this.body, h("div", { class: "card" }, empty({ icon: "community", title: t("post.gone"), text: t("post.goneText") })));
      else if (!this.post) fill(this.body, failed(problem, () => this.refresh()));
    }
  }

  get #view() {
    const { community, names, moderates } = this.place;
    const { settings } = community;
    return {
      host: this,
      names,
      moderates,
      settings,
      waits: settings.require_post_approval && !moderates,
      reply: (post, card) => this.#reply(post, card),
      changed: (now) => this.#changed(now),
      removed: (gone) => (gone.id === this.#id && gone.counts.replies === 0 ? this.tell("campanile-back") : this.refresh()),
    };
  }

  #changed(now) {
    if (now.id === this.#id) this.#paint(now, this.replies);
    else this.#paint(this.post, this.replies.map((reply) => (reply.id === now.id ? now : reply)));
  }

  #paint(post, replies) {
    const state = JSON.stringify([post, replies]);
    if (state === this.state) return;
    const first = !this.post;
    Object.assign(this, { post, replies, state });
    const view = this.#view;
    const line = (reply) => {
      const item = h("li", null, postCard(view, reply, true));
      item.style.setProperty("--level", Math.max(0, reply.depth - post.depth - 1));
      return item;
    };
    const open = post.status === "published" && !post.deleted && view.settings.allow_replies;
    const done = (made) => this.#replied(made);
    fill(
      this.body,
      h("div", { class: "card" }, postCard(view, post, true)),
      h("h3", null, t("post.replies", { count: replies.filter((reply) => !reply.deleted).length })),
      replies.length > 0 && h("ul", { class: "below" }, replies.map(line)),
      open && h("div", { class: "card" }, postEditor(this, { community: post.community, parent: post.id, waits: view.waits, label: t("post.yourReply"), done })),
    );
    if (first) this.$("h2")?.focus({ preventScroll: true });
  }

  #reply(post, card) {
    if (card.nextElementSibling) return card.nextElementSibling.querySelector("textarea").focus();
    if (post.id === this.#id) return [...this.root.querySelectorAll("textarea")].at(-1)?.focus();
    const label = t("post.replyTo", { name: this.place.names.of(post.author) });
    const form = postEditor(this, { community: post.community, parent: post.id, waits: this.#view.waits, label, done: (made) => this.#replied(made), cancel: () => form.remove() });
    card.after(form);
    return form.querySelector("textarea").focus();
  }

  #replied(made) {
    tellOf(this, made);
    this.root.activeElement?.blur();
    this.refresh();
  }
}

define("campanile-post", CampanilePost);
