// Sending a template: to whom, with what, and when.

import "../components/audience.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { act, loading, notice } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { choice, fault, Fields, text, tick } from "../staff/forms.js";
import { audienceParts } from "../staff/labels.js";
import { back, loaded } from "../staff/listing.js";
import { reach } from "../staff/reach.js";
import { renderedStyles } from "../staff/rendered.js";
import { staffStyles } from "../staff/styles.js";
import { fromInput } from "../staff/zone.js";
import { sending } from "../texts/sending.js";
addTexts(sending);

class SendTemplate extends CampanileElement {
  static styles = [staffStyles, renderedStyles];

  start() {
    this.zone = this.client.me.value?.tenant.time_zone;
    const place = h("div");
    this.show(h("div", { class: "screen" }, back(`#/templates/${this.id}`, t("act.back")), place));
    loaded(place, () => this.api.get(`/v1/templates/${this.id}`), (found) => this.#paint(found));
  }

  #paint(found) {
    const fields = (this.fields = new Fields());
    // What the service knows of each recipient by itself needs no value.
    this.wanted = (found.uses ?? []).filter(({ automatic }) => !automatic);
    const audience = h("campanile-audience", { addresses: true, "aria-label": t("aud.to") });
    this.dedupe = tick(t("tpl.dedupe"), false);
    this.reachPlace = h("div", { "aria-live": "polite" }, notice("info", t("reach.why")));
    const send = h("button", { type: "submit", class: "primary" }, t("act.send"));
    const dry = h("button", { type: "button", onclick: () => act(dry, () => this.#dryRun(), (problem) => this.#wrong(problem)) }, t("reach.run"));
    return h(
      "div",
      { class: "stack" },
      h("h1", null, t("tpl.sendTitle", found)),
      h(
        "form",
        { class: "split wide", novalidate: true, onsubmit: (event) => (event.preventDefault(), act(send, () => this.#send(), (problem) => this.#wrong(problem))) },
        h("div", { class: "card stack" }, fields.said, fields.add("recipients", t("aud.to"), audience), this.wanted.length > 0 && h("div", { class: "stack" }, h("h2", null, t("tpl.values")), this.wanted.map((variable) => this.#variable(variable))), h("div", { class: "pair" }, fields.add("send_at", t("send.at"), text("", { type: "datetime-local" }), { hint: t("send.atHint", { zone: this.zone }) }), fields.add("priority", t("note.priority"), choice([1, 2, 3, 4].map((level) => [String(level), t(`priority.${level}`)]), "2"))), this.dedupe),
        h("aside", { class: "card stack" }, h("h2", null, t("reach.title")), this.reachPlace, h("div", { class: "row" }, dry)),
        h("div", { class: "row" }, send, h("a", { class: "button quiet", href: `#/templates/${this.id}` }, t("act.cancel"))),
      ),
    );
  }

  #variable({ name, description, kind, sample }) {
    const shown = typeof sample === "object" ? JSON.stringify(sample) : String(sample ?? "");
    const control = text("", { type: kind === "date" ? "date" : kind === "number" ? "number" : "text", step: "any", placeholder: kind === "date" ? null : shown });
    return this.fields.add(`variables.${name}`, name, control, { hint: kind === "list" ? `${description}. ${t("tpl.listHint")}` : description });
  }

  #values() {
    const { include, except } = audienceParts(this.fields.control("recipients").value);
    const variables = {};
    for (const { name, kind } of this.wanted) {
      const given = this.fields.value(`variables.${name}`);
      if (given === "") continue;
      variables[name] = kind === "number" ? Number(given) : kind === "list" ? this.#list(name, given) : given;
    }
    return { recipients: include, except, variables, priority: Number(this.fields.value("priority")), dedupe_by_address: this.dedupe.input.checked };
  }

  #list(name, given) {
    try {
      return JSON.parse(given);
    } catch {
      throw fault(`variables.${name}`, t("tpl.listHint"));
    }
  }

  #wrong(problem) {
    this.fields.wrong(problem);
    if (this.reachPlace.querySelector(".bone")) fill(this.reachPlace, notice("info", t("reach.why")));
  }

  async #dryRun() {
    this.fields.clear();
    fill(this.reachPlace, loading(3));
    fill(this.reachPlace, reach(this, await this.api.post("/v1/sends/dry-run", { ...this.#values(), templates: [this.id] })));
  }

  async #send() {
    this.fields.clear();
    const send_at = fromInput(this.fields.value("send_at"), this.zone);
    const made = await this.api.post(`/v1/templates/${this.id}/send`, { ...this.#values(), ...(send_at ? { send_at } : {}) });
    this.client.navigate(`/sends/${made.id}`);
  }
}

define("screen-template-send", SendTemplate);
