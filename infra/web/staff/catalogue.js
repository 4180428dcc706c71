// The catalogue of variables, by category: a click writes one at the cursor.

import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { text } from "./forms.js";
import { said } from "./labels.js";

export const catalogueStyles = sheet`
.catalogue { max-height: 24rem; overflow: auto; display: grid; gap: var(--s3); align-content: start; } .catalogue h3 { font-size: var(--t-small); color: var(--dim); }
.catalogue button { width: 100%; justify-content: flex-start; text-align: start; padding: 4px 8px; min-height: 40px; display: grid; gap: 0; justify-items: start; font-weight: 400; } .catalogue code { color: var(--accent); }`;

/**
 * @param {import("../lib/api.js").Api} api
 * @param {(text: string) => void} insert
 */
export function catalogue(api, insert) {
  const list = h("div", { class: "catalogue", tabindex: "0", role: "region", "aria-label": t("tpl.variables") });
  let all = [];
  const search = text("", { type: "search", placeholder: t("tpl.findVariable"), "aria-label": t("tpl.findVariable"), oninput: () => paint() });
  const snippet = ({ name, kind, fields }) => (kind === "list" ? `{% for item in ${name} %}{{ item.${fields?.[0]?.name ?? "name"} }}{% endfor %}` : `{{ ${name} }}`);
  const paint = () => {
    const wanted = search.value.trim().toLocaleLowerCase();
    const fits = all.filter(({ name, description }) => name.includes(wanted) || description.toLocaleLowerCase().includes(wanted));
    const byCategory = Map.groupBy(fits, ({ category }) => category);
    const group = ([category, variables]) => h("section", null, h("h3", null, said(`cat.${category}`, category)), h("ul", null, variables.map((variable) => h("li", null, h("button", { type: "button", class: "quiet", onclick: () => insert(snippet(variable)) }, h("code", null, variable.name), h("span", { class: "dim small" }, variable.description))))));
    fill(list, fits.length > 0 ? [...byCategory].map(group) : h("p", { class: "dim small" }, t("find.none")));
  };
  const load = async () => {
    fill(list, loading(4));
    try {
      all = (await api.get("/v1/template-variables")).items;
      paint();
    } catch (problem) {
      fill(list, failed(problem, load));
    }
  };
  load();
  return h("div", { class: "stack tight" }, search, list);
}
