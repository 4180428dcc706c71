// <campanile-compose>: a new message to people, or, by staff, to an audience.

import { confirmed } from "../../base/dialog.js";
import { CampanileElement, define } from "../../base/element.js";
import { fill, h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, field, notice } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { backButton, paneStyles } from "../panes.js";
import "../people-picker.js";

const styles = sheet`
:host { display: flex; flex-direction: column; height: auto; min-height: 0; container-type: normal; }
form { display: grid; gap: var(--s4); padding: var(--s4); max-width: 46rem; } textarea { min-height: 12rem; }
.wrong:empty { display: none; }`;

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export class CampanileCompose extends CampanileElement {
  static styles = [paneStyles, styles];

  start() {
    this.who = h("campanile-people", { label: t("inbox.to"), placeholder: t("people.search"), ".typed": (text) => (ADDRESS.test(text) ? { id: text, name: text } : null) });
    this.toWrong = h("p", { class: "wrong", role: "alert" });
    this.place = h("div");
    this.subject = h("input", { maxlength: 200, autocomplete: "off" });
    this.text = h("textarea", { rows: 10 });
    this.urgent = h("input", { type: "checkbox" });
    this.email = h("input", { type: "checkbox" });
    this.subjectField = field(t("inbox.subject"), this.subject);
    this.bodyField = field(t("inbox.body"), this.text);
    this.said = h("div");
    this.many = false;
    this.send = h("button", { class: "primary", type: "submit" }, icon("send"), t("inbox.send"));
    this.modes = h("div", { class: "chips", role: "group", "aria-label": t("inbox.mode"), hidden: !this.client.is("staff", "admin") });
    this.byEmail = h("label", { class: "check", hidden: true }, this.email, t("inbox.byEmail"));
    const form = h(
      "form",
      { onsubmit: (event) => (event.preventDefault(), this.#submit()), novalidate: true },
      this.modes,
      this.place,
      this.subjectField,
      this.bodyField,
      h("div", null, h("label", { class: "check" }, this.urgent, t("inbox.markUrgent")), this.byEmail),
      this.said,
      h("div", { class: "row apart" }, h("button", { type: "button", onclick: () => this.#leave() }, t("inbox.discard")), this.send),
    );
    this.show(h("div", { class: "bar-top" }, backButton(() => this.#leave()), h("h2", null, t("inbox.compose"))), h("div", { class: "fill" }, form));
    this.#mode(false);
    requestAnimationFrame(() => this.who.focus());
  }

  async #mode(many) {
    this.many = many;
    const chip = (value, label) => h("button", { type: "button", "aria-pressed": String(this.many === value), onclick: () => this.#mode(value) }, label);
    fill(this.modes, chip(false, t("inbox.people")), chip(true, t("inbox.audience")));
    this.byEmail.hidden = !many;
    this.toWrong.textContent = "";
    if (!many) return fill(this.place, h("div", { class: "field" }, h("span", { class: "label" }, t("inbox.to")), this.who, h("p", { class: "hint" }, t("inbox.toHint")), this.toWrong));
    if (!this.audience) {
      await import("../audience.js");
      this.audience = h("campanile-audience", { "aria-label": t("inbox.audienceLabel") });
    }
    return fill(this.place, h("div", { class: "field" }, h("span", { class: "label" }, t("inbox.audienceLabel")), this.audience, this.toWrong));
  }

  get #empty() {
    return this.subject.value.trim() === "" && this.text.value.trim() === "" && this.who.value.length === 0;
  }

  async #leave() {
    if (this.#empty || (await confirmed(this.root, { title: t("inbox.discardSure"), act: t("inbox.discard") }))) this.tell("campanile-back");
  }

  /** What is missing, at its place; the first one gets the focus. */
  #complete() {
    const audience = this.many ? (this.audience.value.include ?? this.audience.value) : this.who.value;
    const missing = [
      [audience.length === 0, (said) => (this.toWrong.textContent = said ?? ""), t(this.many ? "inbox.needAudience" : "inbox.needTo"), this.many ? this.audience : this.who],
      [!this.subject.value.trim(), (said) => this.subjectField.wrong(said), t("inbox.needSubject"), this.subject],
      [!this.text.value.trim(), (said) => this.bodyField.wrong(said), t("inbox.needBody"), this.text],
    ];
    for (const [wrong, say, text] of missing) say(wrong ? text : null);
    const first = missing.find(([wrong]) => wrong);
    first?.[3].focus();
    return !first;
  }

  #submit() {
    fill(this.said);
    if (!this.#complete()) return undefined;
    const common = { subject: this.subject.value.trim(), body: this.text.value.trim(), urgent: this.urgent.checked };
    return act(this.send, async () => {
      if (this.many) {
        await this.api.post("/v1/messages/broadcast", { audience: this.audience.value, ...common, channels: this.email.checked ? ["email"] : [] });
        this.tell("campanile-toast", { level: "success", title: t("inbox.broadcastDone") });
        this.tell("campanile-letters", { sent: null });
      } else {
        const sent = await this.api.post("/v1/messages", { to: this.who.value.map((one) => one.id), ...common });
        this.tell("campanile-toast", { level: "success", title: t("inbox.sentDone") });
        this.tell("campanile-letters", { sent: sent.thread });
      }
    }, (problem) => this.#wrong(problem));
  }

  #wrong(problem) {
    this.subjectField.wrong(problem.of("subject"));
    this.bodyField.wrong(problem.of("body"));
    const to = problem.errors.filter((error) => /^(to|audience)/.test(error.field)).map((error) => {
      const at = /\[(\d+)\]/.exec(error.field)?.[1];
      const name = at && !this.many ? `${this.who.value[at]?.name ?? ""}: ` : "";
      return `${name}${error.message}`;
    });
    this.toWrong.textContent = to.join(" ");
    if (problem.errors.length === 0) fill(this.said, notice("error", problem.message));
  }
}

define("campanile-compose", CampanileCompose);
