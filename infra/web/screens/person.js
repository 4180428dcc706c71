// One person: who they are, their groups, their guardians and children.

import { confirmed } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { act, avatar, failed, loading, tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { combobox, people } from "../staff/combobox.js";
import { formDialog } from "../staff/form-dialog.js";
import { Fields } from "../staff/forms.js";
import { stateTag } from "../staff/labels.js";
import { back, loaded } from "../staff/listing.js";
import { attributeChanges, personFields, personValues } from "../staff/person-form.js";
import { staffStyles } from "../staff/styles.js";
import { admin } from "../texts/admin.js";
addTexts(admin);

class Person extends CampanileElement {
  static styles = [staffStyles];

  start() {
    this.path = `/v1/users/${encodeURIComponent(this.getAttribute("id"))}`;
    this.place = h("div");
    this.show(h("div", { class: "screen" }, back("#/directory", t("menu.directory")), this.place));
    this.#load();
  }

  #load() {
    return loaded(this.place, () => this.api.get(this.path, null, { signal: this.signal }), (found) => this.#paint(found));
  }

  #paint(found) {
    this.found = found;
    const fact = (name, value) => value && [h("dt", null, t(name)), h("dd", null, value)];
    const edit = h("button", { onclick: () => this.#edit() }, icon("edit"), t("act.edit"));
    const remove = h("button", { class: "danger", onclick: () => act(remove, () => this.#remove()) }, t("act.delete"));
    const attributes = Object.entries(found.attributes).map(([name, value]) => [h("dt", null, name), h("dd", null, value)]);
    this.guardians = h("div");
    const relations = [found.roles.includes("student") || found.guardians.length > 0 ? this.#guardianCard() : null, found.children.length > 0 && this.#links("dir.children", found.children)];
    return h(
      "div",
      { class: "stack" },
      h("div", { class: "head" }, h("div", { class: "row" }, avatar(found.name), h("h1", null, found.name), stateTag(found.status)), h("div", { class: "row" }, remove, edit)),
      h(
        "div",
        { class: "split" },
        h("section", { class: "card" }, h("dl", { class: "facts" }, fact("dir.id", h("span", { class: "code" }, found.id)), fact("channel.email", found.email ?? t("dir.noEmail")), fact("dir.phone", found.phone ?? t("dir.noPhone")), fact("dir.roles", h("span", { class: "row" }, found.roles.map((role) => tag(role)))), fact("set.locale", found.locale), fact("set.zone", found.time_zone), attributes, fact("log.updated", moment(found.updated_at)))),
        h("div", { class: "stack" }, relations, h("section", { class: "card row" }, h("a", { href: `#/log?recipient=${encodeURIComponent(found.email ?? found.phone ?? "")}` }, t("dir.log")), h("a", { href: `#/manage/notifications?user=${encodeURIComponent(found.id)}` }, t("dir.notifications")))),
      ),
    );
  }

  /** Names are read one by one: a person has few children. */
  #links(title, ids) {
    const list = h("ul", { class: "list" }, ids.map((id) => {
      const link = h("a", { href: `#/directory/people/${encodeURIComponent(id)}` }, id);
      this.api.get(`/v1/users/${encodeURIComponent(id)}`).then(({ name }) => (link.textContent = name), () => {});
      return h("li", { class: "item" }, link);
    }));
    return h("section", { class: "card stack tight" }, h("h2", null, t(title)), list);
  }

  #guardianCard() {
    const add = combobox({ label: t("dir.addGuardian"), placeholder: t("dir.addGuardian"), find: people(this.api), pick: ({ value }) => this.#guardian(() => this.api.post(`${this.path}/guardians`, { guardian: value })) });
    this.#readGuardians();
    return h("section", { class: "card stack tight" }, h("h2", null, t("dir.guardians")), this.guardians, add);
  }

  async #readGuardians() {
    fill(this.guardians, loading(2));
    try {
      const { items } = await this.api.get(`${this.path}/guardians`);
      const row = ({ id, name }) => h("li", { class: "row apart" }, h("a", { href: `#/directory/people/${encodeURIComponent(id)}` }, name), h("button", { class: "quiet only", "aria-label": t("dir.removeGuardian", { name }), onclick: () => this.#guardian(() => this.api.delete(`${this.path}/guardians/${encodeURIComponent(id)}`)) }, icon("trash")));
      fill(this.guardians, items.length > 0 ? h("ul", null, items.map(row)) : h("p", { class: "dim small" }, t("dir.noGuardians")));
    } catch (problem) {
      fill(this.guardians, failed(problem, () => this.#readGuardians()));
    }
  }

  async #guardian(doing) {
    await act(this.guardians, doing);
    await this.#readGuardians();
  }

  #edit() {
    const fields = new Fields();
    const { found } = this;
    formDialog(this, t("dir.editPerson"), fields, personFields(fields, found), async () => {
      const values = personValues(fields);
      await this.api.patch(this.path, { ...values, email: values.email || null, phone: values.phone || null, attributes: attributeChanges(found.attributes, values.attributes), version: found.version });
      await this.#load();
    });
  }

  async #remove() {
    if (!(await confirmed(this.root, { title: t("dir.removeSure", this.found), text: t("dir.removeText"), act: t("act.delete") }))) return;
    await this.api.delete(this.path);
    this.client.navigate("/directory");
  }
}

define("screen-person", Person);
