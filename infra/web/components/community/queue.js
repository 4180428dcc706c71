// <campanile-queue>: what waits for a moderator, the oldest first.

import { openDialog } from "../../base/dialog.js";
import { CampanileElement, define } from "../../base/element.js";
import { fill, h, reconcile } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, empty, field, loading } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { refusal } from "./ladder.js";
import { postCard, postStyles, reactionStyles } from "./post-card.js";

const styles = sheet`:host { display: block; } li.card { display: grid; gap: var(--s3); } .post .lines.cut { -webkit-line-clamp: none; }`;

export class CampanileQueue extends CampanileElement {
  static styles = [postStyles, reactionStyles, styles];
  place;

  start() {
    this.list = h("ul", { class: "stack" });
    this.body = h("div", null, loading(4));
    this.show(this.body);
    this.client.feed.arrived((item) => item.reference?.kind === "post" && this.load(), this.signal);
    this.load();
  }

  async load() {
    try {
      const items = [];
      for await (const post of this.api.items(`/v1/communities/${this.place.community.id}/posts`, { status: "pending", page_size: 50 }, { signal: this.signal })) items.push(post);
      this.#paint(items);
    } catch (problem) {
      if (problem.status !== undefined && !this.items) fill(this.body, refusal(problem, { retry: () => this.load() }));
    }
  }

  #paint(items) {
    this.items = items;
    if (items.length === 0) return fill(this.body, h("div", { class: "card" }, empty({ icon: "approve", title: t("post.queueEmpty"), text: t("post.queueEmptyText") })));
    if (!this.list.isConnected) fill(this.body, this.list);
    reconcile(this.list, items, (post) => `${post.id}-${post.version}`, (post) => this.#card(post));
    return undefined;
  }

  #card(post) {
    const { names, community } = this.place;
    const view = { host: this, names, moderates: true, plain: true, settings: community.settings, changed: () => this.load(), removed: () => this.load() };
    const approve = h("button", { class: "primary", onclick: () => act(approve, () => this.#approve(post)) }, icon("check"), t("post.approve"));
    const reject = h("button", { onclick: () => this.#reject(post) }, icon("reply"), t("post.sendBack"));
    return h("li", { class: "card" }, postCard(view, post, false), h("div", { class: "row" }, approve, reject));
  }

  async #approve(post) {
    await this.api.post(`/v1/posts/${post.id}/approve`);
    this.tell("campanile-toast", { level: "success", title: t("post.approvedDone") });
    this.#paint(this.items.filter((one) => one.id !== post.id));
  }

  #reject(post) {
    const notes = h("textarea", { rows: 4 });
    const box = field(t("post.notes"), notes, { hint: t("post.notesHint") });
    const go = h("button", { class: "primary", type: "submit" }, t("post.sendBack"));
    const submit = (event) => {
      event.preventDefault();
      box.wrong(notes.value.trim() ? null : t("post.needNotes"));
      if (!notes.value.trim()) return notes.focus();
      return act(go, async () => {
        await this.api.post(`/v1/posts/${post.id}/reject`, { notes: notes.value.trim() });
        dialog.close();
        this.tell("campanile-toast", { level: "success", title: t("post.rejectedDone") });
        this.#paint(this.items.filter((one) => one.id !== post.id));
      }, (problem) => box.wrong(problem.of("notes") ?? problem.message));
    };
    const dialog = openDialog(this.root, { title: t("post.sendBack") }, h("form", { class: "stack", onsubmit: submit }, box, h("div", { class: "actions" }, go)));
    notes.focus();
  }
}

define("campanile-queue", CampanileQueue);
