// The catalogue of variables, by category: a click writes one at the cursor.

import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { icon } from "../base/icons.js";
import { formDialog } from "./form-dialog.js";
import { choice, Fields, filled, text } from "./forms.js";
import { said } from "./labels.js";

export const catalogueStyles = sheet`
.catalogue { max-height: 24rem; overflow: auto; display: grid; gap: var(--s3); align-content: start; } .catalogue h3 { font-size: var(--t-small); color: var(--dim); }
.catalogue button { width: 100%; justify-content: flex-start; text-align: start; padding: 4px 8px; min-height: 40px; display: grid; gap: 0; justify-items: start; font-weight: 400; } .catalogue code { color: var(--accent); }`;

const CATEGORIES = ["general", "student", "teacher", "parent", "school", "assignment", "grade"];
const KINDS = ["text", "number", "date", "boolean"];

/** Makes a variable of the tenant's own; `made` is called with it. */
function makeVariable(host, made) {
  const fields = new Fields();
  const options = (names, name) => names.map((one) => [one, t(`${name}.${one}`)]);
  const content = [
    fields.add("name", t("tpl.variableName"), text(""), { hint: t("tpl.variableNameHint") }),
    fields.add("description", t("tpl.description"), text("")),
    h("div", { class: "pair" }, fields.add("category", t("tpl.category"), choice(options(CATEGORIES, "cat"))), fields.add("kind", t("tpl.kind"), choice(options(KINDS, "kind")))),
    fields.add("sample", t("tpl.sample"), text("")),
  ];
  formDialog(host, t("tpl.newVariable"), fields, content, async () => {
    const [kind, sample] = [fields.value("kind"), fields.value("sample").trim()];
    const typed = { number: Number, boolean: (value) => value === "true" }[kind] ?? String;
    made(await host.api.post("/v1/template-variables", filled({ name: fields.value("name").trim(), description: fields.value("description").trim(), category: fields.value("category"), kind, sample: sample === "" ? null : typed(sample) })));
  });
}

/**
 * @param {import("../base/element.js").CampanileElement} host
 * @param {(text: string) => void} insert
 */
export function catalogue(host, insert) {
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
      all = (await host.api.get("/v1/template-variables")).items;
      paint();
    } catch (problem) {
      fill(list, failed(problem, load));
    }
  };
  load();
  const more = h("button", { type: "button", onclick: () => makeVariable(host, load) }, icon("plus"), t("tpl.newVariable"));
  return h("div", { class: "stack tight" }, search, list, h("div", { class: "row" }, more));
}
