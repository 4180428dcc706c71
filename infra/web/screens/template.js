// The editor of one template: its parts, the catalogue of variables, and how
// the person would get it, live.

import { confirmed, openDialog } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { act, failed, loading, notice, tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { catalogue, catalogueStyles } from "../staff/catalogue.js";
import { combobox, people } from "../staff/combobox.js";
import { choice, Fields, text } from "../staff/forms.js";
import { channelName } from "../staff/labels.js";
import { back, loaded, pausing } from "../staff/listing.js";
import { rendered, renderedStyles } from "../staff/rendered.js";
import { insertAt, source, sourceStyles } from "../staff/source.js";
import { staffStyles } from "../staff/styles.js";
import { sending } from "../texts/sending.js";
addTexts(sending);

/** The parts of each channel's templates; `true` for those of many lines. */
const PARTS = { email: [["subject", false], ["html", true], ["text", true]], sms: [["body", true]], in_app: [["title", false], ["body", true]] };
const STARTS = { html: "<p>Dear {{ recipient_name }},</p>\n<p></p>\n<p>{{ school_name }}</p>\n" };

class TemplateEditor extends CampanileElement {
  static styles = [staffStyles, renderedStyles, catalogueStyles, sourceStyles];

  start() {
    const place = h("div");
    this.show(h("div", { class: "screen" }, back("#/templates", t("menu.templates")), place));
    const version = this.query.get("version");
    loaded(place, () => (this.id ? this.api.get(`/v1/templates/${this.id}`, { version }) : { channel: this.query.get("channel") ?? "email", category: "general", name: "" }), (found) => this.#paint(found, version));
  }

  #paint(found, old) {
    this.found = found;
    this.mayWrite = this.client.is("staff", "admin");
    const fields = (this.fields = new Fields());
    const save = h("button", { type: "submit", class: "primary" }, t("act.save"));
    const channel = choice(["email", "sms", "in_app"].map((one) => [one, channelName(one)]), found.channel, { disabled: Boolean(this.id), onchange: () => this.#parts(channel.value) });
    this.channel = channel;
    this.partsPlace = h("div", { class: "stack" });
    this.previewPlace = h("div");
    this.refresh = pausing(() => this.#preview(), 350);
    const who = combobox({ label: t("tpl.person"), placeholder: t("tpl.person"), keep: true, find: people(this.api), pick: ({ value }) => ((this.person = value), this.#preview()) });
    who.input.addEventListener("input", () => !who.input.value && this.person && ((this.person = null), this.#preview()));
    const title = this.id ? found.name : t("tpl.new");
    const form = h(
      "form",
      { class: "split", novalidate: true, onsubmit: (event) => (event.preventDefault(), act(save, () => this.#save(), (problem) => this.#wrong(problem))) },
      h("div", { class: "card stack" }, fields.said, h("div", { class: "pair" }, fields.add("name", t("tpl.name"), text(found.name, { maxlength: 100, readonly: !this.mayWrite })), fields.add("channel", t("send.channel"), channel)), fields.add("description", t("tpl.description"), text(found.description, { readonly: !this.mayWrite })), fields.add("category", t("tpl.category"), text(found.category, { readonly: !this.mayWrite }), { hint: t("tpl.categoryHint") }), this.partsPlace),
      h("div", { class: "stack" }, h("section", { class: "card stack" }, h("div", { class: "row apart" }, h("h2", null, t("tpl.preview")), this.client.is("staff", "admin") && h("div", { class: "grow" }, who)), this.previewPlace), this.mayWrite && h("section", { class: "card stack" }, h("h2", null, t("tpl.variables")), h("p", { class: "dim small" }, t("tpl.variablesText")), catalogue(this, (written) => insertAt(this.last, written)))),
      this.mayWrite && h("div", { class: "row" }, save, h("a", { class: "button quiet", href: "#/templates" }, t("act.cancel"))),
    );
    this.#parts(found.channel);
    return h("div", { class: "stack" }, h("div", { class: "head" }, h("div", { class: "row" }, h("h1", null, title), this.id && tag(t("tpl.version", found))), this.id && this.#acts()), old && notice("warning", t("tpl.oldVersion", { version: old })), form);
  }

  #acts() {
    const versions = h("button", { type: "button", onclick: () => this.#versions() }, t("tpl.versions"));
    const remove = this.mayWrite && h("button", { type: "button", class: "danger", onclick: () => act(remove, () => this.#remove()) }, t("act.delete"));
    const send = this.found.channel !== "in_app" && h("a", { class: "button", href: `#/templates/${this.id}/send` }, t("tpl.send"));
    return h("div", { class: "row" }, remove, versions, send);
  }

  #parts(channel) {
    this.controls = {};
    fill(
      this.partsPlace,
      PARTS[channel].map(([name, long]) => {
        const made = source(this.found[name] ?? (this.id ? "" : (STARTS[name] ?? "")), { rows: !long ? 1 : name === "html" ? 11 : 6, readonly: !this.mayWrite });
        this.controls[name] = made;
        made.area.addEventListener("input", this.refresh);
        made.area.addEventListener("focus", () => (this.last = made.area));
        // One line is one line.
        if (!long) made.area.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
        if (!long) made.classList.add("short");
        const id = `part-${name}`;
        made.area.id = id;
        return h("div", { class: "field" }, h("label", { for: id }, t(`tpl.part.${name}`)), made);
      }),
    );
    this.last = Object.values(this.controls).at(channel === "email" ? 1 : -1).area;
    this.#preview();
  }

  #values() {
    const { fields, found } = this;
    const parts = Object.fromEntries(Object.entries(this.controls).map(([name, { area }]) => [name, area.value]).filter(([name, value]) => value !== "" || name !== "text"));
    return { channel: this.channel.value, name: fields.value("name"), description: fields.value("description"), category: fields.value("category") || "general", ...parts, variables: found.variables ?? [] };
  }

  /** The faults of each part at their places; gives back the others. */
  #mark(errors) {
    for (const [name, control] of Object.entries(this.controls)) control.mark(errors.filter((error) => error.field === name || error.field === `template.${name}`).map((error) => error.message));
    return errors.filter(({ field }) => !(field.replace("template.", "") in this.controls));
  }

  async #preview() {
    const round = (this.round = {});
    if (!this.previewPlace.firstChild) fill(this.previewPlace, loading(4));
    const template = this.#values();
    const blank = Object.entries(this.controls).some(([name, { area }]) => name !== "html" && name !== "text" && !area.value.trim());
    if (blank || (template.channel === "email" && !template.html && !template.text)) return void fill(this.previewPlace, notice("info", t("tpl.blank")));
    try {
      const found = await this.api.post("/v1/templates/preview", { template: { ...template, name: template.name || t("tpl.new") }, ...(this.person ? { user_id: this.person } : {}) }, { signal: this.signal });
      if (round !== this.round) return;
      this.#mark([]);
      this.#show(found);
    } catch (problem) {
      if (problem.name === "AbortError" || round !== this.round) return;
      if (problem.status !== 422) return void fill(this.previewPlace, failed(problem, () => this.#preview()));
      const rest = this.#mark(problem.errors);
      fill(this.previewPlace, notice("error", h("strong", null, problem.title), problem.detail && h("p", null, problem.detail), rest.map(({ field, message }) => h("p", null, `${field}: ${message}`)), rest.length < problem.errors.length && h("p", null, t("tpl.seeLine"))));
    }
  }

  #show(found) {
    const samples = found.samples.length > 0 ? t("tpl.samples", { names: found.samples.join(", ") }) : "";
    const { shown } = this;
    if (shown?.isConnected && shown.channel === found.channel && shown.update) {
      shown.update(found);
      this.samples.textContent = samples;
      return;
    }
    this.shown = Object.assign(rendered(found, this.signal), { channel: found.channel });
    this.samples = h("p", { class: "dim small" }, samples);
    fill(this.previewPlace, h("div", { class: "stack tight" }, this.shown, this.samples));
  }

  #wrong(problem) {
    const rest = this.#mark(problem.errors ?? []);
    if (rest.length < (problem.errors ?? []).length) Object.values(this.controls).find((control) => control.querySelector(".faults > *"))?.area.focus();
    this.fields.wrong(Object.assign(problem, { errors: rest }));
  }

  async #save() {
    this.fields.clear();
    const saved = this.id ? await this.api.put(`/v1/templates/${this.id}`, this.#values()) : await this.api.post("/v1/templates", this.#values());
    this.tell("campanile-toast", { level: "success", title: t("tpl.saved", saved) });
    this.client.navigate(`/templates/${saved.id}`);
  }

  async #remove() {
    if (!(await confirmed(this.root, { title: t("tpl.deleteSure", this.found), text: t("tpl.deleteText"), act: t("act.delete") }))) return;
    await this.api.delete(`/v1/templates/${this.id}`);
    this.client.navigate("/templates");
  }

  #versions() {
    const place = h("div");
    const dialog = openDialog(this.root, { title: t("tpl.versions") }, place);
    const row = ({ version, updated_at, updated_by }) => h("li", null, h("a", { class: "item", href: `#/templates/${this.id}?version=${version}`, onclick: () => dialog.close() }, h("span", { class: "grow strong" }, t("tpl.version", { version })), h("span", { class: "dim small" }, t("tpl.by", { at: moment(updated_at), by: updated_by }))));
    loaded(place, () => this.api.get(`/v1/templates/${this.id}/versions`, { page_size: 100 }), ({ items }) => h("ul", { class: "list card flush" }, items.map(row)));
  }
}

define("screen-template", TemplateEditor);
