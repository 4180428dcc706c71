// A field that finds people or groups while one types.

import { fill, h } from "../base/h.js";
import { t } from "../base/texts.js";
import { pausing } from "./listing.js";

let boxes = 0;

/**
 * @param {object} options
 * @param {string} options.label
 * @param {(text: string) => Promise<{value: string, label: string, detail?: string}[]>} options.find
 * @param {(found: object) => void} options.pick
 * @param {boolean} [options.keep] Keeps the picked name in the field.
 */
export function combobox({ label, find, pick, keep = false, placeholder = "" }) {
  const id = `combo${(boxes += 1)}`;
  let [found, at, round] = [[], -1, null];
  const list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true });
  const input = h("input", { id, type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": `${id}-list`, "aria-expanded": "false", "aria-label": label, placeholder });
  const open = (shown) => {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    at = index;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", `${id}-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const take = (index) => {
    const chosen = found[index];
    if (!chosen) return;
    input.value = keep ? chosen.label : "";
    open(false);
    pick(chosen);
  };
  const option = (one, index) =>
    h("li", { id: `${id}-${index}`, role: "option", "aria-selected": "false", onmousedown: (event) => (event.preventDefault(), take(index)) }, h("span", { class: "clip grow" }, one.label), one.detail && h("span", { class: "dim small clip" }, one.detail));
  const look = async () => {
    const mine = (round = {});
    try {
      found = await find(input.value.trim());
    } catch (problem) {
      found = [];
      if (mine === round) fill(list, h("li", { class: "none", role: "option", "aria-disabled": "true" }, problem.message));
      return open(mine === round);
    }
    if (mine !== round || !input.matches(":focus")) return;
    fill(list, found.length > 0 ? found.map(option) : h("li", { class: "none", role: "option", "aria-disabled": "true" }, t("find.none")));
    open(true);
    mark(found.length > 0 ? 0 : -1);
  };
  const soon = pausing(look, 180);
  input.addEventListener("input", soon);
  input.addEventListener("focus", () => !input.value && look());
  input.addEventListener("blur", () => ((round = null), open(false)));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void look();
      if (found.length > 0) mark((at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      take(at);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      event.preventDefault();
      open(false);
    }
  });
  return Object.assign(h("div", { class: "combo" }, input, list), { input });
}

/** People by the beginning of a name, an address or an id. */
export const people = (api) => async (q) => {
  const page = await api.get("/v1/users", { q, page_size: 8 });
  return page.items.map(({ id, name, roles }) => ({ value: id, label: name, detail: roles.join(", ") }));
};

/** Groups whose name or id has the text in it; a tenant has few enough to look through. */
export function groups(api) {
  let all;
  const read = async () => {
    const found = [];
    for await (const group of api.items("/v1/groups", { page_size: 100 })) {
      found.push(group);
      if (found.length >= 2000) break;
    }
    return found;
  };
  return async (q) => {
    all ??= read();
    const text = q.toLocaleLowerCase();
    const found = await all.catch((problem) => {
      all = undefined;
      throw problem;
    });
    return found.filter(({ id, name }) => name.toLocaleLowerCase().includes(text) || id === q).slice(0, 12).map(({ id, name, kind }) => ({ value: id, label: name, detail: kind, kind }));
  };
}
