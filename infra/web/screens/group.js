// One group and who belongs to it, until when.

import { confirmed } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { act, avatar, tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { day } from "../base/time.js";
import { combobox, people } from "../staff/combobox.js";
import { formDialog } from "../staff/form-dialog.js";
import { area, choice, fault, Fields, text } from "../staff/forms.js";
import { said, stateTag } from "../staff/labels.js";
import { back, Listing, loaded } from "../staff/listing.js";
import { attributeChanges, attributesOf } from "../staff/person-form.js";
import { staffStyles } from "../staff/styles.js";
import { fromInput, toInput } from "../staff/zone.js";
import { admin } from "../texts/admin.js";
addTexts(admin);

class Group extends CampanileElement {
  static styles = [staffStyles];

  start() {
    this.path = `/v1/groups/${encodeURIComponent(this.getAttribute("id"))}`;
    this.zone = this.client.me.value?.tenant.time_zone;
    this.place = h("div");
    this.list = new Listing(this, { path: `${this.path}/members`, size: 50, row: (member) => this.#row(member), none: { icon: "people", title: t("dir.noMembers"), text: t("dir.noMembersText") } });
    this.show(h("div", { class: "screen" }, back("#/directory/groups", t("dir.groups")), this.place, h("div", { class: "head" }, h("h2", null, t("dir.members")), h("button", { onclick: () => this.#member() }, icon("plus"), t("dir.addMember"))), this.list.element));
    this.#load();
    this.list.load();
  }

  #load() {
    return loaded(this.place, () => this.api.get(this.path), (found) => {
      this.found = found;
      const remove = h("button", { class: "danger", onclick: () => act(remove, () => this.#remove()) }, t("act.delete"));
      const attributes = Object.entries(found.attributes ?? {}).map(([name, value]) => [h("dt", null, name), h("dd", null, value)]);
      return h(
        "div",
        { class: "stack" },
        h("div", { class: "head" }, h("div", { class: "row" }, h("h1", null, found.name), tag(found.kind, "info"), found.status !== "active" && found.status && stateTag(found.status)), h("div", { class: "row" }, remove, h("button", { onclick: () => this.#edit() }, icon("edit"), t("act.edit")))),
        attributes.length > 0 && h("dl", { class: "card facts" }, attributes),
      );
    });
  }

  #row({ user, name, role, status, expires_at }) {
    const until = expires_at && h("span", { class: "dim small" }, t("dir.until", { day: day(expires_at) }));
    const drop = h("button", { class: "quiet only", "aria-label": t("dir.removeMember", { name }), onclick: () => act(drop, async () => {
      if (!(await confirmed(this.root, { title: t("dir.removeMember", { name }), act: t("act.delete") }))) return;
      await this.api.delete(`${this.path}/members/${encodeURIComponent(user)}`);
      await this.list.load();
    }) }, icon("trash"));
    const change = h("button", { class: "quiet only", "aria-label": t("dir.changeMember", { name }), onclick: () => this.#member({ user, name, role, status, expires_at }) }, icon("edit"));
    return h("li", { class: "entry" }, h("div", { class: "item" }, avatar(name), h("a", { class: "grow clip strong", href: `#/directory/people/${encodeURIComponent(user)}` }, name), h("div", { class: "row end" }, until, role && tag(said(`dir.as.${role}`, role)), status !== "active" && stateTag(status), change, drop)));
  }

  /** Adds somebody, or changes the place of somebody who is there. */
  #member(known) {
    const fields = new Fields();
    let user = known?.user;
    const who = h("input", { type: "hidden" });
    const find = combobox({ label: t("log.person"), placeholder: t("aud.findPerson"), keep: true, find: people(this.api), pick: ({ value }) => (user = value) });
    const person = known ? h("p", { class: "strong" }, known.name) : fields.add("user", t("log.person"), Object.assign(find, { id: "member-user" }));
    const content = [person, fields.add("role", t("aud.kind.role"), text(known?.role ?? "student", { list: null })), h("div", { class: "pair" }, fields.add("expires_at", t("dir.expires"), text(toInput(known?.expires_at, this.zone).slice(0, 10), { type: "date" }), { hint: t("dir.expiresHint") }), fields.add("status", t("ann.status"), choice([["active", t("status.active")], ["suspended", t("status.suspended")]], known?.status)))];
    formDialog(this, t(known ? "dir.editMember" : "dir.addMember"), fields, [who, content], async () => {
      if (!user) throw fault("user", t("dir.whoNeeded"));
      const until = fields.value("expires_at");
      const place = { role: fields.value("role").trim(), status: fields.value("status"), expires_at: until ? fromInput(`${until}T23:59`, this.zone) : null };
      if (known) await this.api.put(`${this.path}/members/${encodeURIComponent(user)}`, place);
      else await this.api.post(`${this.path}/members`, { user, ...place });
      await this.list.load();
    });
  }

  #edit() {
    const fields = new Fields();
    const { found } = this;
    const attributes = Object.entries(found.attributes ?? {}).map(([name, value]) => `${name} = ${value}`).join("\n");
    const content = [fields.add("name", t("dir.name"), text(found.name)), h("div", { class: "pair" }, fields.add("kind", t("dir.kind"), text(found.kind)), fields.add("status", t("ann.status"), choice([["active", t("status.active")], ["suspended", t("status.suspended")]], found.status))), fields.add("attributes", t("dir.attributes"), area(attributes, { rows: 3 }), { hint: t("dir.attributesHint") })];
    formDialog(this, t("dir.editGroup"), fields, content, async () => {
      await this.api.patch(this.path, { name: fields.value("name"), kind: fields.value("kind"), status: fields.value("status"), attributes: attributeChanges(found.attributes, attributesOf(fields.value("attributes"))), version: found.version });
      await this.#load();
    });
  }

  async #remove() {
    if (!(await confirmed(this.root, { title: t("dir.removeSure", this.found), text: t("dir.removeGroupText"), act: t("act.delete") }))) return;
    await this.api.delete(this.path);
    this.client.navigate("/directory/groups");
  }
}

define("screen-group", Group);
