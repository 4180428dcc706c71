// <campanile-audience>: who is meant, as chips. `value` is an audience as the
// API takes it; `change` is told when somebody adds or removes a part.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { t } from "../base/texts.js";
import { combobox, groups, people } from "../staff/combobox.js";
import { audienceName, audienceParts, said } from "../staff/labels.js";
import { staffStyles } from "../staff/styles.js";

const styles = sheet`
:host { display: block; }
.box { border: 1px solid var(--edge); border-radius: var(--radius-small); background: var(--sheet); padding: var(--s3); display: grid; gap: var(--s3); }
:host([aria-invalid="true"]) .box { border-color: var(--error); }
.part { display: inline-flex; align-items: center; gap: 2px; max-width: 100%; padding-inline-start: 12px; border-radius: 99px; background: var(--tint); color: var(--accent); font-size: var(--t-small); font-weight: 560; } .part.except { background: color-mix(in srgb, var(--error) 10%, transparent); color: var(--error); }
.part button { color: inherit; min-height: 32px; width: 32px; border-radius: 50%; } .part .icon { width: 14px; height: 14px; }
.add { display: grid; gap: var(--s2); grid-template-columns: minmax(8rem, 12rem) minmax(0, 1fr); }
.parts:empty { display: none; }
@media (max-width: 47.99rem) { .add { grid-template-columns: minmax(0, 1fr); } .part button { min-height: 40px; width: 40px; } }`;

const ROLES = ["student", "teacher", "parent", "staff", "admin", "instructor", "coordinator"];

class Audience extends CampanileElement {
  static styles = [staffStyles, styles];
  #parts = { include: [], except: [] };

  get value() {
    const { include, except } = this.#parts;
    return except.length > 0 ? { include, except } : include;
  }

  set value(audience) {
    const { include, except } = audienceParts(audience);
    this.#parts = { include: [...include], except: [...except] };
    if (this.included) this.#paint();
  }

  get parts() {
    return this.#parts;
  }

  start() {
    this.included = h("ul", { class: "row parts", "aria-label": t("aud.to") });
    this.excepted = h("ul", { class: "row parts", "aria-label": t("aud.except") });
    this.side = "include";
    this.place = h("div");
    this.sides = h("div", { class: "chips", role: "group", "aria-label": t("aud.side") });
    // Only staff may look people up; a teacher reaches groups.
    const kinds = this.client.is("staff", "admin") ? ["all", "role", "group", "students", "guardians", "person", "guardians-person"] : ["group", "students", "guardians"];
    if (this.hasAttribute("addresses")) kinds.push("address");
    this.kind = h("select", { "aria-label": t("aud.kind"), onchange: () => this.#offer() }, kinds.map((kind) => h("option", { value: kind }, t(`aud.kind.${kind}`))));
    this.findGroup = groups(this.api);
    this.findPerson = people(this.api);
    this.show(h("div", { class: "box", role: "group", "aria-label": this.getAttribute("aria-label") ?? t("aud.to") }, this.included, this.excepted, this.sides, h("div", { class: "add" }, this.kind, this.place)));
    this.#sides();
    this.#offer();
    this.#paint();
  }

  focus() {
    this.kind?.focus();
  }

  #sides() {
    const choose = (side) => {
      this.side = side;
      this.#sides();
      this.sides.querySelector('[aria-pressed="true"]').focus();
    };
    fill(this.sides, ["include", "except"].map((side) => h("button", { type: "button", "aria-pressed": String(side === this.side), onclick: () => choose(side) }, t(`aud.side.${side}`))));
  }

  /** The field that belongs to the kind that is chosen. */
  #offer() {
    const kind = this.kind.value;
    const add = (label, expression) => h("button", { type: "button", onclick: () => this.#add(expression()) }, icon("plus"), label);
    if (kind === "all") return fill(this.place, add(t("aud.addAll"), () => "all"));
    if (kind === "role") {
      const roles = h("select", { "aria-label": t("aud.kind.role") }, ROLES.map((role) => h("option", { value: role }, said(`role.${role}`, role))));
      return fill(this.place, h("div", { class: "row" }, h("div", { class: "grow" }, roles), add(t("aud.add"), () => `role:${roles.value}`)));
    }
    if (kind === "address") {
      const address = h("input", { type: "text", "aria-label": t("aud.kind.address"), placeholder: "name@example.org, +44…" });
      const expression = () => address.value.trim();
      return fill(this.place, h("div", { class: "row" }, h("div", { class: "grow" }, address), add(t("aud.add"), () => (expression().includes("@") ? `email:${expression()}` : `phone:${expression().replaceAll(/[\s()-]/g, "")}`))));
    }
    const person = kind === "person" || kind === "guardians-person";
    const expression = ({ value, kind: groupKind }) => {
      if (kind === "person") return `user:${value}`;
      if (kind === "guardians-person") return `guardians-of:student:${value}`;
      const group = `${groupKind === "class" || groupKind === "course" ? groupKind : "group"}:${value}`;
      return kind === "group" ? group : `${kind}-of:${group}`;
    };
    return fill(this.place, combobox({ label: t(`aud.kind.${kind}`), placeholder: t(person ? "aud.findPerson" : "aud.findGroup"), find: person ? this.findPerson : this.findGroup, pick: (found) => this.#add(expression(found)) }));
  }

  #add(expression) {
    if (!expression || expression === "phone:") return;
    const list = this.#parts[this.side];
    if (!list.includes(expression)) list.push(expression);
    this.#changed();
  }

  #changed() {
    this.#paint();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #paint() {
    for (const [side, element] of [["include", this.included], ["except", this.excepted]]) fill(element, this.#parts[side].map((expression) => this.#chip(side, expression)));
  }

  #chip(side, expression) {
    const label = h("span", { class: "clip", title: expression }, expression);
    const remove = h("button", { type: "button", class: "quiet only", "aria-label": t("aud.remove", { name: expression }), onclick: () => this.#drop(side, expression) }, icon("close"));
    audienceName(this.api, expression).then((name) => {
      label.textContent = name;
      remove.setAttribute("aria-label", t("aud.remove", { name }));
    });
    return h("li", { class: `part ${side}` }, side === "except" && h("span", null, `${t("aud.without")} `), label, remove);
  }

  #drop(side, expression) {
    this.#parts[side] = this.#parts[side].filter((one) => one !== expression);
    this.#changed();
    this.kind.focus();
  }
}

define("campanile-audience", Audience);
