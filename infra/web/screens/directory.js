// The directory: people and groups, and making new ones.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { avatar, field, tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { formDialog } from "../staff/form-dialog.js";
import { choice, Fields, filled, text } from "../staff/forms.js";
import { said, stateTag } from "../staff/labels.js";
import { entry, Listing, pausing } from "../staff/listing.js";
import { personFields, personValues } from "../staff/person-form.js";
import { staffStyles } from "../staff/styles.js";
import { admin } from "../texts/admin.js";
addTexts(admin);

const ROLES = ["student", "teacher", "parent", "staff", "admin"];

/** The parts of the directory. */
export function directoryTabs(open) {
  const link = (name, href) => h("a", { href, "aria-current": name === open ? "page" : null }, t(`dir.${name}`));
  return h("nav", { class: "tabs", "aria-label": t("menu.directory") }, link("people", "#/directory"), link("groups", "#/directory/groups"), link("imports", "#/directory/imports"));
}

class People extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const list = new Listing(this, { path: "/v1/users", row, none: (query) => ({ icon: "people", title: t("dir.nobody"), text: t(Object.values(query).some(Boolean) ? "list.noneFits" : "dir.nobodyText") }) });
    const load = () => list.load({ q: search.value.trim(), role: role.value, status: status.value });
    const search = text("", { type: "search", oninput: pausing(() => load()), placeholder: t("aud.findPerson") });
    const role = choice([["", t("dir.anyRole")], ...ROLES.map((one) => [one, said(`role.${one}`, one)])], "", { onchange: () => load() });
    const status = choice([["", t("status.any")], ["active", t("status.active")], ["suspended", t("status.suspended")]], "", { onchange: () => load() });
    const find = field(t("act.search"), search);
    find.classList.add("wide");
    const make = h("button", { class: "primary", onclick: () => this.#make() }, icon("plus"), t("dir.newPerson"));
    this.show(h("div", { class: "screen" }, h("div", { class: "head" }, h("h1", null, t("menu.directory")), make), directoryTabs("people"), h("div", { class: "filters" }, find, field(t("aud.kind.role"), role), field(t("ann.status"), status)), list.element));
    load();
  }

  #make() {
    const fields = new Fields();
    const id = fields.add("id", t("dir.id"), text(""), { hint: t("dir.idHint") });
    formDialog(this, t("dir.newPerson"), fields, [personFields(fields, { roles: [], attributes: {} }), id], async () => {
      const made = await this.api.post("/v1/users", filled({ ...personValues(fields), id: fields.value("id").trim() }));
      this.client.navigate(`/directory/people/${encodeURIComponent(made.id)}`);
    });
  }
}

function row({ id, name, email, phone, roles, status }) {
  const tags = [roles.map((role) => tag(role)), status !== "active" && stateTag(status)];
  return entry({ href: `#/directory/people/${encodeURIComponent(id)}`, mark: avatar(name), title: name, text: [email, phone].filter(Boolean).join(" · ") || t("dir.noAddress"), tags });
}

class Groups extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const list = new Listing(this, { path: "/v1/groups", size: 50, row: groupRow, none: (query) => ({ icon: "community", title: t("dir.noGroups"), text: t(query.kind ? "list.noneFits" : "dir.noGroupsText") }) });
    const load = () => list.load({ kind: kind.value.trim() });
    const kind = text("", { type: "search", list: "kinds", oninput: pausing(() => load()), placeholder: "class, course, team …" });
    const make = h("button", { class: "primary", onclick: () => this.#make() }, icon("plus"), t("dir.newGroup"));
    this.show(h("div", { class: "screen" }, h("div", { class: "head" }, h("h1", null, t("menu.directory")), make), directoryTabs("groups"), h("div", { class: "filters" }, field(t("dir.kind"), kind)), list.element));
    load();
  }

  #make() {
    const fields = new Fields();
    const content = [fields.add("name", t("dir.name"), text("")), fields.add("kind", t("dir.kind"), text("class"), { hint: t("dir.kindHint") }), fields.add("id", t("dir.id"), text(""), { hint: t("dir.idHint") })];
    formDialog(this, t("dir.newGroup"), fields, content, async () => {
      const made = await this.api.post("/v1/groups", { kind: fields.value("kind"), name: fields.value("name"), ...filled({ id: fields.value("id").trim() }) });
      this.client.navigate(`/directory/groups/${encodeURIComponent(made.id)}`);
    });
  }
}

function groupRow({ id, name, kind, status }) {
  return entry({ href: `#/directory/groups/${encodeURIComponent(id)}`, title: name, text: id, tags: [tag(kind, "info"), status && status !== "active" && stateTag(status)] });
}

define("screen-people", People);
define("screen-groups", Groups);
