// What events have planned: when somebody will be reminded, and of what.

import { confirmed } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { act, field } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { choice } from "../staff/forms.js";
import { stateTag } from "../staff/labels.js";
import { Listing } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { automation } from "../texts/automation.js";
import { automationTabs } from "./automations.js";
addTexts(automation);

class Reminders extends CampanileElement {
  static styles = [staffStyles];

  start() {
    this.list = new Listing(this, { path: "/v1/reminders", row: (item) => this.#row(item), none: (query) => ({ icon: "clock", title: t("rmd.none"), text: t(query.waiting ? "list.noneFits" : "rmd.noneText") }) });
    const waiting = choice([["", t("rmd.all")], ["true", t("rmd.waiting")], ["false", t("rmd.over")]], "true", { onchange: () => load() });
    const load = () => this.list.load({ waiting: waiting.value });
    this.show(h("div", { class: "screen" }, h("h1", null, t("menu.automations")), automationTabs(this.client, "reminders"), h("div", { class: "filters" }, field(t("ann.status"), waiting)), this.list.element));
    load();
  }

  #row({ id, name, subject, thresholds, next_at: next, event_id: event }) {
    const cancel = next && h("button", { class: "danger", "aria-label": t("rmd.cancelOne", { subject }), onclick: () => act(cancel, () => this.#cancel(id, subject)) }, t("act.cancel"));
    const step = ({ before, due_at: due, status }) => h("li", { class: "row" }, stateTag(status), h("span", null, t("rmd.before", { before })), h("time", { class: "dim small", datetime: due }, moment(due)));
    return h("li", null, h("div", { class: "item" }, h("div", { class: "grow stack tight" }, h("div", { class: "row" }, h("span", { class: "strong" }, name), h("code", { class: "dim small" }, subject), h("a", { class: "small", href: `#/automations/events?id=${encodeURIComponent(event)}` }, t("rmd.event"))), h("ul", { class: "stack tight" }, thresholds.map(step))), cancel));
  }

  async #cancel(id, subject) {
    if (!(await confirmed(this.root, { title: t("rmd.cancelSure", { subject }), text: t("rmd.cancelText"), act: t("rmd.cancel") }))) return;
    await this.api.delete(`/v1/reminders/${id}`);
    await this.list.load();
  }
}

define("screen-reminders", Reminders);
