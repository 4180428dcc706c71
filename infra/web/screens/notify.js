// A notification of one's own, to an audience.

import "../components/audience.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { act, loading, notice } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { area, choice, Fields, filled, text } from "../staff/forms.js";
import { audienceParts } from "../staff/labels.js";
import { back } from "../staff/listing.js";
import { reach } from "../staff/reach.js";
import { renderedStyles } from "../staff/rendered.js";
import { staffStyles } from "../staff/styles.js";
import { automation } from "../texts/automation.js";
addTexts(automation);

class Notify extends CampanileElement {
  static styles = [staffStyles, renderedStyles];

  start() {
    const fields = (this.fields = new Fields());
    const send = h("button", { class: "primary", type: "submit" }, t("act.send"));
    const dry = h("button", { type: "button", onclick: () => act(dry, () => this.#dryRun(), (problem) => this.#wrong(problem)) }, t("reach.run"));
    this.reachPlace = h("div", { "aria-live": "polite" }, notice("info", t("reach.why")));
    const form = h(
      "form",
      { class: "split wide", novalidate: true, onsubmit: (event) => (event.preventDefault(), act(send, () => this.#send(), (problem) => this.#wrong(problem))) },
      h(
        "div",
        { class: "card stack" },
        fields.said,
        fields.add("title", t("ntf.heading"), text("", { maxlength: 200 })),
        fields.add("body", t("ntf.body"), area("", { rows: 4 })),
        h("div", { class: "pair" }, fields.add("level", t("note.level"), choice(["info", "success", "warning", "error"].map((one) => [one, t(`level.${one}`)]), "info")), fields.add("priority", t("note.priority"), choice([1, 2, 3, 4].map((one) => [String(one), t(`priority.${one}`)]), "2"), { hint: t("ntf.urgentHint") })),
        fields.add("redirect_url", t("auto.link"), text("", { placeholder: "/announcements" }), { hint: t("ntf.linkHint") }),
        fields.add("audience", t("aud.to"), h("campanile-audience", { "aria-label": t("aud.to") })),
      ),
      h("aside", { class: "card stack" }, h("h2", null, t("reach.title")), this.reachPlace, h("div", { class: "row" }, dry)),
      h("div", { class: "row" }, send, h("a", { class: "button quiet", href: "#/manage/notifications" }, t("act.cancel"))),
    );
    this.show(h("div", { class: "screen" }, back("#/manage/notifications", t("menu.notifications")), h("h1", null, t("menu.notify")), form));
  }

  #values() {
    const value = (name) => this.fields.value(name);
    return filled({ title: value("title"), body: value("body"), level: value("level"), priority: Number(value("priority")), redirect_url: value("redirect_url").trim(), audience: this.fields.control("audience").value });
  }

  #wrong(problem) {
    problem.errors = (problem.errors ?? []).map((error) => ({ ...error, field: error.field.replace(/^(recipients|except)/, "audience") }));
    this.fields.wrong(problem);
    if (this.reachPlace.querySelector(".bone")) fill(this.reachPlace, notice("info", t("reach.why")));
  }

  async #dryRun() {
    this.fields.clear();
    const { title, body, priority, audience } = this.#values();
    const { include, except } = audienceParts(audience);
    fill(this.reachPlace, loading(3));
    fill(this.reachPlace, reach(this, await this.api.post("/v1/sends/dry-run", { recipients: include, except, title, body, priority, channels: ["in_app"] })));
  }

  async #send() {
    this.fields.clear();
    const { send } = await this.api.post("/v1/notifications", this.#values());
    this.client.navigate(`/sends/${send}`);
  }
}

define("screen-notify", Notify);
