// Everything that reached anybody, or is about to.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { field } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { choice } from "../staff/forms.js";
import { audienceText, channelName, said, stateTag } from "../staff/labels.js";
import { entry, Listing } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { sending } from "../texts/sending.js";
addTexts(sending);

const STATES = ["scheduled", "queued", "sending", "completed", "cancelled", "failed"];

class Sends extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const list = new Listing(this, { path: "/v1/sends", row: (item) => this.#row(item), none: (query) => ({ icon: "send", title: t("send.none"), text: t(query.status ? "list.noneFits" : "send.noneText") }) });
    const state = choice([["", t("status.any")], ...STATES.map((one) => [one, t(`status.${one}`)])], this.query.get("status") ?? "", { onchange: () => list.load({ status: state.value }) });
    this.show(h("div", { class: "screen" }, h("h1", null, t("menu.sends")), h("div", { class: "filters" }, field(t("ann.status"), state)), list.element));
    list.load({ status: state.value });
  }

  #row({ id, title, type, status, origin, channels, recipients, except, created_at, send_at }) {
    const to = h("span", null, " ");
    audienceText(this.api, { include: recipients, except }).then((words) => (to.textContent = `${said(`origin.${origin}`, origin)} · ${channels.filter((one) => one !== "live").map(channelName).join(", ")} · ${words}`));
    return entry({ href: `#/sends/${id}`, title: title || type, text: to, tags: [status === "scheduled" && send_at && h("span", { class: "dim small" }, moment(send_at)), stateTag(status)], when: created_at });
  }
}

define("screen-sends", Sends);
