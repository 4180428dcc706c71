// What became of one event that another system sent.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { act, empty, failed, field, loading, notice } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { text } from "../staff/forms.js";
import { stateTag } from "../staff/labels.js";
import { staffStyles } from "../staff/styles.js";
import { automation } from "../texts/automation.js";
import { automationTabs } from "./automations.js";
addTexts(automation);

class Events extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const id = text(this.query.get("id"), { type: "search", required: true });
    const go = h("button", { type: "submit", class: "primary" }, t("auto.look"));
    this.place = h("div", { "aria-live": "polite" }, h("div", { class: "card flush" }, empty({ icon: "search", title: t("auto.eventNone"), text: t("auto.eventText") })));
    const find = field(t("auto.eventId"), id);
    find.classList.add("wide");
    const look = (event) => {
      event?.preventDefault();
      if (id.value.trim()) act(go, () => this.#look(id.value.trim()));
    };
    this.show(h("div", { class: "screen" }, h("h1", null, t("menu.automations")), automationTabs(this.client, "events"), h("form", { class: "filters", onsubmit: look }, find, go), this.place));
    look();
  }

  async #look(id) {
    fill(this.place, loading(4));
    try {
      fill(this.place, shown(await this.api.get(`/v1/events/${encodeURIComponent(id)}`)));
    } catch (problem) {
      fill(this.place, problem.status === 404 ? notice("warning", t("auto.noEvent")) : failed(problem, () => this.#look(id)));
    }
  }
}

function shown({ event_id: id, type, source, status, received_at, rules, conflicts, note, bus }) {
  const fact = (name, value) => value && [h("dt", null, t(name)), h("dd", null, value)];
  const target = ({ target: name, people, send, status: state }) => h("li", { class: "row" }, h("span", null, name), people !== undefined && people !== null && h("span", { class: "dim small" }, t("auto.people", { count: people })), state && stateTag(state), send && h("a", { href: `#/sends/${send}` }, t("auto.send")));
  const rule = ({ automation: by, name, result, reason, targets }) => h("li", null, h("div", { class: "item" }, h("div", { class: "grow stack tight" }, h("a", { class: "strong", href: `#/automations/${encodeURIComponent(by)}` }, name), reason && h("span", { class: "dim small" }, reason), h("ul", null, targets.map(target))), stateTag(result)));
  return h(
    "div",
    { class: "stack" },
    h("div", { class: "row" }, h("h2", null, type), stateTag(status)),
    conflicts > 0 && notice("warning", t("auto.conflicts", { count: conflicts })),
    h("section", { class: "card" }, h("dl", { class: "facts" }, fact("auto.eventId", h("span", { class: "code" }, id)), fact("auto.source", source), fact("auto.received", moment(received_at)), fact("auto.bus", bus && t(`auto.bus.${bus.status}`)), fact("auto.note", note))),
    rules.length > 0 ? h("ul", { class: "list card flush" }, rules.map(rule)) : notice("info", t("auto.noRule")),
  );
}

define("screen-events", Events);
