// <campanile-people>: finds people by the beginning of their name, and keeps
// those that were chosen. A combobox: arrows move, Enter chooses.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { avatar } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { people } from "../texts/people.js";

addTexts(people);

const styles = sheet`
:host { display: block; position: relative; }
.box { display: flex; flex-wrap: wrap; gap: var(--s1); border: 1px solid var(--edge); border-radius: var(--radius-small); background: var(--sheet); padding: 3px; }
.box:focus-within { outline: 2px solid var(--accent); outline-offset: 1px; }
.box input { flex: 1; min-width: 8rem; width: auto; border: 0; outline: 0; min-height: 30px; padding: 2px 8px; background: none; }
:host([invalid]) .box { border-color: var(--error); }
.chosen { display: inline-flex; align-items: center; gap: 2px; padding-inline-start: 10px; border-radius: 99px; background: var(--tint); font-size: var(--t-small); font-weight: 560; max-width: 100%; }
.chosen button { width: 30px; min-height: 30px; border-radius: 99px; } .chosen .icon { width: 14px; height: 14px; }
ul { position: absolute; z-index: 5; inset-inline: 0; inset-block-start: calc(100% + 4px); max-height: 15rem; overflow: auto; background: var(--raised); border-radius: var(--radius-small); box-shadow: var(--float); }
ul:empty { display: none; }
li { display: flex; align-items: center; gap: var(--s3); padding: var(--s2) var(--s3); min-height: 44px; cursor: pointer; } li .avatar { width: 28px; height: 28px; font-size: .6875rem; }
li[aria-selected="true"], li:hover { background: var(--tint); } li.none { cursor: default; background: none; color: var(--dim); }`;

const SOON = 200;

export class CampanilePeople extends CampanileElement {
  static styles = [styles];
  /** People `{id, name}` who were chosen. */
  value = [];
  /** Whether one only may be chosen. */
  single = false;
  /** What else may be typed in, such as an address: gives a person, or nothing. */
  typed = () => null;

  start() {
    this.chips = h("span", { class: "row" });
    this.input = h("input", { type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "found", "aria-label": this.getAttribute("label"), placeholder: this.getAttribute("placeholder") });
    this.list = h("ul", { id: "found", role: "listbox", "aria-label": t("people.found") });
    this.said = h("span", { class: "unseen", role: "status" });
    this.box = h("div", { class: "box" }, this.chips, this.input);
    this.show(this.box, this.list, this.said);
    this.found = [];
    this.at = -1;
    this.listen(this.input, "input", () => this.#soon());
    this.listen(this.input, "click", () => this.#soon(0));
    this.listen(this.input, "keydown", (event) => this.#key(event));
    this.listen(this.input, "blur", () => this.#commit());
    // Choosing with the mouse must not take the focus first.
    this.listen(this.list, "mousedown", (event) => event.preventDefault());
    this.listen(this.box, "click", () => this.input.focus());
    this.#paint();
  }

  focus() {
    this.input?.focus();
  }

  #soon(wait = SOON) {
    // What was found for other letters is not offered for these.
    if (this.list.childElementCount > 0) this.#close();
    this.timer = setTimeout(() => this.#search(), wait);
  }

  async #search() {
    const q = this.input.value.trim();
    const round = (this.round = {});
    try {
      const page = await this.api.get("/v1/chat/people", { q, page_size: 12 }, { signal: this.signal });
      if (round !== this.round || !this.root.activeElement) return;
      const chosen = new Set(this.value.map((one) => one.id));
      const found = page.items.filter((one) => !chosen.has(one.id));
      if (this.eager && found.length === 1 && !page.page.after) this.choose(found[0]);
      else this.#offer(found, q);
    } catch {
      // Typing on asks again; what may be typed in as it is still works.
      if (round === this.round) this.#close();
    } finally {
      this.eager = false;
    }
  }

  #offer(found, q) {
    this.found = found;
    this.at = found.length > 0 && q ? 0 : -1;
    const row = (one, index) => h("li", { id: `p${index}`, role: "option", "aria-selected": String(index === this.at), onclick: () => this.choose(one) }, avatar(one.name ?? one.id), h("span", { class: "clip" }, one.name ?? one.id));
    const none = q && !this.typed(q) ? h("li", { class: "none" }, t("people.none")) : null;
    fill(this.list, found.length > 0 ? found.map(row) : none);
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.said.textContent = q ? t("people.count", { count: found.length }) : "";
    this.#point();
  }

  #point() {
    for (const [index, row] of [...this.list.children].entries()) row.setAttribute("aria-selected", String(index === this.at));
    if (this.at >= 0) {
      this.input.setAttribute("aria-activedescendant", `p${this.at}`);
      this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    const { key } = event;
    const open = this.found.length > 0;
    if ((key === "ArrowDown" || key === "ArrowUp") && open) {
      event.preventDefault();
      const step = key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.#point();
    } else if (key === "ArrowDown") {
      event.preventDefault();
      this.#soon(0);
    } else if (key === "Enter" && open && this.at >= 0) {
      event.preventDefault();
      this.choose(this.found[this.at]);
    } else if (key === "Enter" || key === ",") {
      event.preventDefault();
      this.#commit();
      // Whoever is quicker than the answer gets the only one who fits.
      if (this.input.value.trim() && (this.eager = true)) this.#soon(0);
    } else if (key === "Escape" && this.list.childElementCount > 0) {
      // The dialog around it stays open for this one.
      event.stopPropagation();
      event.preventDefault();
      this.#close();
    } else if (key === "Backspace" && this.input.value === "" && this.value.length > 0) this.#remove(this.value.at(-1));
  }

  /** What was typed in becomes a person, if it can be one. */
  #commit() {
    const typed = this.typed(this.input.value.trim());
    if (typed) this.choose(typed);
    this.#close();
  }

  choose(one) {
    const others = this.single ? [] : this.value.filter((other) => other.id !== one.id);
    this.value = [...others, one];
    this.input.value = "";
    this.#close();
    this.#paint();
    this.tell("change", this.value);
  }

  #remove(one) {
    this.value = this.value.filter((other) => other !== one);
    this.#paint();
    this.input.focus();
    this.tell("change", this.value);
  }

  #close() {
    clearTimeout(this.timer);
    this.round = null;
    this.found = [];
    this.at = -1;
    fill(this.list);
    this.input.setAttribute("aria-expanded", "false");
    this.#point();
  }

  #paint() {
    const chip = (one) => h("span", { class: "chosen" }, h("span", { class: "clip" }, one.name ?? one.id), h("button", { class: "quiet only", type: "button", "aria-label": t("people.remove", { name: one.name ?? one.id }), onclick: () => this.#remove(one) }, icon("close")));
    fill(this.chips, this.value.map(chip));
    this.chips.hidden = this.value.length === 0;
  }
}

define("campanile-people", CampanilePeople);
