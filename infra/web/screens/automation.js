// One rule: as a form or as JSON, and what it would do.

import { confirmed } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { act, loading, notice } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { Fields } from "../staff/forms.js";
import { jsonField } from "../staff/json.js";
import { stateTag } from "../staff/labels.js";
import { back, loaded } from "../staff/listing.js";
import { renderedStyles } from "../staff/rendered.js";
import { ruleForm } from "../staff/rule-form.js";
import { sourceStyles } from "../staff/source.js";
import { staffStyles } from "../staff/styles.js";
import { tried } from "../staff/tried.js";
import { automation } from "../texts/automation.js";
addTexts(automation);

const styles = sheet`
.inset { padding-inline-start: 26px; } .reached { border-inline-start: 3px solid var(--accent); padding-inline-start: var(--s3); } .trying { position: sticky; top: 76px; }
@media (max-width: 47.99rem) { .trying { position: static; } }`;

const FRESH = { name: "", event: "", enabled: true, category: "general", priority: 2, level: "info", data: [], targets: [{ name: "people", audience: ["role:staff"], in_app: { title: "", body: "" } }] };
/** What the service adds to a rule, and does not take. */
const OWN = ["id", "origin", "version", "updated_at", "updated_by"];

/** Where an expression needs an id: of whom or of what. */
const NEEDS = [[/(?:class|course|group):\{\{\s*(\w+)/, "group"], [/(?:user|student|teacher|parent):\{\{\s*(\w+)/, "person"]];

/**
 * Data of an event as the rule needs it: its samples, or something of the kind,
 * with a group and a person of the tenant where the audience asks for one.
 */
function sampleData(rule, known) {
  const kinds = { number: 1, date: "2026-12-01T10:00:00Z", boolean: true, list: [] };
  const ids = {};
  for (const expression of rule.targets.flatMap(({ audience }) => audience)) for (const [pattern, what] of NEEDS) if (pattern.test(expression)) ids[pattern.exec(expression)[1]] = known[what];
  const needed = (rule.data ?? []).filter(({ sample, default: other, name }) => sample !== undefined || other === undefined || ids[name]);
  return Object.fromEntries(needed.map(({ name, kind, sample, from }) => [from ?? name, ids[name] ?? sample ?? kinds[kind] ?? name.replaceAll("_", " ")]));
}

class AutomationScreen extends CampanileElement {
  static styles = [staffStyles, renderedStyles, sourceStyles, styles];

  start() {
    this.path = `/v1/automations/${encodeURIComponent(this.getAttribute("id") ?? "")}`;
    this.place = h("div");
    this.show(h("div", { class: "screen" }, back("#/automations", t("menu.automations")), this.place));
    this.#load();
  }

  #load() {
    const load = async () => {
      const [found, known] = await Promise.all([this.hasAttribute("id") ? this.api.get(this.path) : FRESH, this.#known()]);
      this.known = known;
      return found;
    };
    return loaded(this.place, load, (found) => this.#paint(found));
  }

  /** Somebody and some group, to try the rule with; it can be tried without. */
  async #known() {
    try {
      const [groups, people] = await Promise.all([this.api.get("/v1/groups", { page_size: 1 }), this.api.get("/v1/users", { page_size: 1, role: "student" })]);
      return { group: groups.items[0]?.id, person: people.items[0]?.id };
    } catch {
      return {};
    }
  }

  #paint(found) {
    this.found = found;
    const rule = Object.fromEntries(Object.entries(found).filter(([name]) => !OWN.includes(name)));
    this.formPlace = h("div", { class: "stack" });
    this.tabs = h("div", { class: "chips", role: "group", "aria-label": t("auto.as") });
    this.fields = new Fields();
    this.#edit(rule, "form");
    const save = h("button", { class: "primary", type: "submit" }, t(found.origin === "built_in" ? "auto.override" : "act.save"));
    const form = h("form", { class: "stack", novalidate: true, onsubmit: (event) => (event.preventDefault(), act(save, () => this.#save(), (problem) => this.fields.wrong(problem))) }, this.tabs, this.formPlace, h("div", { class: "row" }, save, h("a", { class: "button quiet", href: "#/automations" }, t("act.cancel"))));
    const undo = { own: ["act.delete", "auto.deleteSure"], override: ["auto.restore", "auto.restoreSure"] }[found.origin];
    const remove = undo && h("button", { class: "danger", onclick: () => act(remove, () => this.#remove(...undo)) }, t(undo[0]));
    return h("div", { class: "stack" }, h("div", { class: "head" }, h("div", { class: "row" }, h("h1", null, found.name || t("auto.new")), found.origin && stateTag(found.origin), found.origin && stateTag(found.enabled ? "on" : "off")), remove), h("div", { class: "split wide" }, form, this.#trying(rule)));
  }

  /** The form and the JSON are two sides of the same rule. */
  #edit(rule, as) {
    const change = (next) => {
      try {
        if (next !== as) this.#edit(this.value(), next);
      } catch {
        // The JSON says itself where it is not valid.
      }
    };
    fill(this.tabs, ["form", "json"].map((one) => h("button", { type: "button", "aria-pressed": String(one === as), onclick: () => change(one) }, t(`auto.as.${one}`))));
    this.fields = new Fields();
    const editor = as === "form" ? ruleForm(this.fields, rule) : jsonField(t("auto.asJson"), rule, { rows: 28 });
    this.value = () => editor.value();
    fill(this.formPlace, this.fields.said, as === "form" ? editor : h("section", { class: "card" }, editor));
  }

  #trying(rule) {
    this.data = jsonField(t("auto.sample"), sampleData(rule, this.known), { rows: 8, name: "data" });
    this.triedPlace = h("div", { "aria-live": "polite" });
    const go = h("button", { type: "button", onclick: () => act(go, () => this.#try(), (problem) => this.#tryWrong(problem)) }, t("auto.try"));
    return h("aside", { class: "card stack trying" }, h("h2", null, t("auto.tryTitle")), h("p", { class: "dim small" }, t("auto.tryText")), this.data, h("div", { class: "row" }, go), this.triedPlace);
  }

  async #try() {
    this.fields.clear();
    const rule = this.value();
    const data = this.data.value();
    fill(this.triedPlace, loading(3));
    fill(this.triedPlace, tried(this, await this.api.post("/v1/automations/try", { event: { type: rule.event, data }, rule })));
  }

  #tryWrong(problem) {
    const errors = problem.errors ?? [];
    fill(this.triedPlace, notice("error", h("strong", null, problem.title), problem.detail && h("p", null, problem.detail), errors.map(({ field, message }) => h("p", null, `${field.replace(/^rule\./, "")}: ${message}`))));
    this.fields.wrong(Object.assign(problem, { errors: errors.map((error) => ({ ...error, field: error.field.replace(/^rule\./, "") })) }));
  }

  async #save() {
    this.fields.clear();
    const rule = this.value();
    const saved = this.hasAttribute("id") ? await this.api.put(this.path, rule) : await this.api.post("/v1/automations", rule);
    this.tell("campanile-toast", { level: "success", title: t("auto.saved") });
    if (this.hasAttribute("id")) await this.#load();
    else this.client.navigate(`/automations/${encodeURIComponent(saved.id)}`);
  }

  async #remove(label, title) {
    if (!(await confirmed(this.root, { title: t(title, this.found), act: t(label) }))) return;
    await this.api.delete(this.path);
    if (this.found.origin === "override") await this.#load();
    else this.client.navigate("/automations");
  }
}

define("screen-automation", AutomationScreen);
