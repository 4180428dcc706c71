// <campanile-members>: who is in a community, and as what.

import { confirmed } from "../../base/dialog.js";
import { CampanileElement, define } from "../../base/element.js";
import { fill, h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, avatar, loading, tag } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { ago } from "../../base/time.js";
import { refusal } from "./ladder.js";

const styles = sheet`:host { display: block; } select { width: auto; margin-inline-start: auto; } .item { flex-wrap: wrap; } .item .grow { min-width: 9rem; }`;
const ROLES = ["member", "moderator", "owner"];
const LEVELS = { owner: "info", moderator: "success", member: "" };

export class CampanileMembers extends CampanileElement {
  static styles = [styles];
  place;

  start() {
    this.body = h("div", null, loading(6));
    this.show(this.body);
    this.#load();
  }

  async #load() {
    const { names, community } = this.place;
    try {
      await names.load(community.id, this.signal);
      fill(this.body, h("ul", { class: "list card flush" }, names.members.map((member) => this.#row(member))));
    } catch (problem) {
      if (problem.status !== undefined) fill(this.body, refusal(problem, { retry: () => this.#load() }));
    }
  }

  /** Owners change everybody; moderators those who are no owners, into no owner. */
  #may(member) {
    const { moderates, owns } = this.place;
    return member.user !== this.client.me.value?.id && (owns || (moderates && member.role !== "owner"));
  }

  #row(member) {
    const name = member.name ?? t("people.left");
    const own = member.user === this.client.me.value?.id;
    const may = this.#may(member);
    const role = may
      ? h("select", { "aria-label": t("com.roleOf", { name }), onchange: (event) => this.#give(member, event.target) }, ROLES.filter((one) => this.place.owns || one !== "owner").map((one) => h("option", { value: one, ".selected": one === member.role }, t(`com.role.${one}`))))
      : tag(t(`com.role.${member.role}`), LEVELS[member.role]);
    const remove = may && h("button", { class: "quiet only", "aria-label": t("com.removeMember", { name }), onclick: () => act(remove, () => this.#remove(member, name)) }, icon("trash"));
    return h("li", { class: "item" }, avatar(name), h("div", { class: "grow" }, h("p", { class: "strong clip" }, name, own && ` (${t("com.you")})`), h("p", { class: "dim small" }, t("com.since", { time: ago(member.joined_at) }))), !member.enrolled && tag(t("com.notEnrolled"), "warning"), role, remove);
  }

  #give(member, select) {
    return act(select, async () => {
      await this.api.put(`/v1/communities/${this.place.community.id}/members/${encodeURIComponent(member.user)}`, { role: select.value });
      await this.#load();
    }, (problem) => {
      select.value = member.role;
      this.tell("campanile-toast", { level: "error", title: problem.title, text: problem.detail });
    });
  }

  async #remove(member, name) {
    if (!(await confirmed(this.root, { title: t("com.removeSure", { name }), text: t("com.removeText"), act: t("com.removeMember", { name }) }))) return;
    await this.api.delete(`/v1/communities/${this.place.community.id}/members/${encodeURIComponent(member.user)}`);
    await this.#load();
  }
}

define("campanile-members", CampanileMembers);
