// <campanile-community-page>: one community, with its parts as tabs.

import { confirmed } from "../../base/dialog.js";
import { CampanileElement, define } from "../../base/element.js";
import { fill, h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, loading, tag } from "../../base/states.js";
import { t } from "../../base/texts.js";
import "../chat/conversation.js";
import { refusal } from "./ladder.js";
import "./members.js";
import { Names } from "./names.js";
import "./posts.js";
import "./queue.js";
import { settingsDialog } from "./settings.js";
import { tabRow } from "../tabs.js";

const styles = sheet`
:host { display: block; }
.talk { height: max(22rem, min(46rem, calc(100dvh - 21rem))); display: flex; flex-direction: column; } .talk > * { flex: 1; min-height: 0; }
.tabs { scroll-margin-block-start: 64px; }
@media (max-width: 47.99rem) { .talk { height: max(18rem, calc(100dvh - 13rem)); } }
h2.name { font-size: var(--t-title); flex: 1 1 14rem; }
.up { margin-inline-start: calc(-1 * var(--s3)); padding-inline: var(--s2); } .stack > .back { margin-block-end: calc(-1 * var(--s3)); }`;

export class CampanileCommunityPage extends CampanileElement {
  static styles = [styles];

  start() {
    this.names = new Names(this.client);
    this.head = h("header", { class: "stack tight" });
    this.tabs = tabRow({ label: t("com.tabs"), textOf: (name) => t(`com.tab.${name}`), choose: (name) => this.#choose(name) });
    this.body = h("div", { role: "tabpanel" }, loading(5));
    const back = h("button", { class: "quiet up", onclick: () => this.tell("campanile-back") }, icon("back"), t("com.back"));
    this.show(h("div", { class: "stack" }, h("div", { class: "back" }, back), this.head, this.tabs, this.body));
    this.#load();
  }

  get #id() {
    return this.getAttribute("community");
  }

  async #load() {
    try {
      this.community = await this.api.get(`/v1/communities/${this.#id}`, {}, { signal: this.signal });
      this.#paint();
      if (this.role) await this.names.load(this.#id, this.signal);
      this.#open(this.getAttribute("tab") ?? "posts");
    } catch (problem) {
      if (problem.status === undefined) return;
      fill(this.tabs);
      fill(this.body, refusal(problem, { retry: () => this.#load(), join: () => this.#join() }));
    }
  }

  /** What the person may do: staff moderate, and administrators own, without joining. */
  get role() {
    const order = ["member", "moderator", "owner"];
    const office = this.client.is("admin") ? 2 : this.client.is("staff") ? 1 : -1;
    return order[Math.max(order.indexOf(this.community.membership?.role), office)] ?? null;
  }

  get #place() {
    const { community, names, role } = this;
    return { community, names, moderates: role === "moderator" || role === "owner", owns: role === "owner" };
  }

  #paint() {
    const { community } = this;
    const joined = community.membership;
    const join = h("button", { class: "primary", onclick: () => act(join, () => this.#join()) }, t("com.join"));
    const leave = h("button", { onclick: () => act(leave, () => this.#leave()) }, t("com.leave"));
    const settings = h("button", { class: "quiet", onclick: () => this.#settings() }, icon("settings"), t("com.settings"));
    fill(
      this.head,
      h("div", { class: "row apart" }, h("h2", { class: "name", tabindex: "-1" }, community.name), h("div", { class: "row" }, joined && tag(t(`com.role.${joined.role}`), joined.role === "member" ? "" : "info"), this.#place.owns && settings, joined ? leave : join)),
      community.description && h("p", { class: "dim lines" }, community.description),
    );
  }

  get #parts() {
    const { moderates } = this.#place;
    return ["posts", this.community.settings.live_chat && this.community.room && "chat", "members", moderates && "queue"].filter(Boolean);
  }

  #open(part) {
    const open = this.#parts.includes(part) ? part : "posts";
    this.tabs.paint(this.#parts, open);
    if (!this.role) return fill(this.body, refusal({ code: "not_member" }, { join: () => this.#join() }));
    const place = this.#place;
    if (open === "chat" && part === this.getAttribute("tab")) requestAnimationFrame(() => this.tabs.scrollIntoView({ block: "start" }));
    if (open === "chat") return fill(this.body, h("div", { class: "card flush talk" }, h("campanile-conversation", { room: this.community.room, ".group": true, ".moderates": place.moderates, ".names": this.names.map })));
    const element = { posts: "campanile-posts", members: "campanile-members", queue: "campanile-queue" }[open];
    return fill(this.body, h(element, { ".place": place, post: open === "posts" ? this.getAttribute("post") : null }));
  }

  #choose(part) {
    this.removeAttribute("post");
    this.setAttribute("tab", part);
    this.tell("campanile-open", { community: this.#id, post: null });
    this.#open(part);
  }

  async #join() {
    await this.api.post(`/v1/communities/${this.#id}/join`);
    this.tell("campanile-toast", { level: "success", title: t("com.joined", this.community ?? { name: "" }) });
    await this.#load();
  }

  async #leave() {
    if (!(await confirmed(this.root, { title: t("com.leaveSure", this.community), text: t("com.leaveText"), act: t("com.leave") }))) return;
    await this.api.post(`/v1/communities/${this.#id}/leave`);
    this.tell("campanile-toast", { level: "success", title: t("com.left", this.community) });
    await this.#load();
  }

  #settings() {
    const changed = (now) => {
      this.community = now;
      this.#paint();
      this.#open(this.getAttribute("tab") ?? "posts");
    };
    settingsDialog(this, this.community, { changed, deleted: () => this.tell("campanile-back") });
  }
}

define("campanile-community-page", CampanileCommunityPage);
