// One e-mail or text message to one recipient.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { notice } from "../base/states.js";
import { addTexts, number, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { channelName, reasonText, stateTag } from "../staff/labels.js";
import { back, loaded } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { sending } from "../texts/sending.js";
addTexts(sending);

class LogEntry extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const place = h("div");
    this.show(h("div", { class: "screen" }, back("#/log", t("log.title")), place));
    loaded(place, () => this.api.get(`/v1/communication-logs/${encodeURIComponent(this.getAttribute("id"))}`), (found) => this.#paint(found));
  }

  #paint(found) {
    const fact = (name, value) => value !== null && value !== undefined && value !== "" && [h("dt", null, t(name)), h("dd", null, value)];
    return h(
      "div",
      { class: "stack" },
      h("div", { class: "row" }, h("h1", null, found.name ?? found.recipient ?? t("log.title")), stateTag(found.status)),
      found.resent_ambiguous && notice("warning", t("log.twice")),
      h(
        "div",
        { class: "card" },
        h(
          "dl",
          { class: "facts" },
          fact("send.channel", channelName(found.channel)),
          fact("log.recipient", found.recipient),
          fact("log.person", found.user_id && h("a", { href: `#/directory/people/${encodeURIComponent(found.user_id)}` }, found.name ?? found.user_id)),
          fact("log.subject", found.subject),
          fact("log.reason", found.reason && reasonText(found.reason)),
          fact("log.tries", number(found.attempts)),
          fact("reach.segments", found.segments && number(found.segments)),
          fact("log.provider", found.provider_id && h("span", { class: "code" }, found.provider_id)),
          fact("log.send", h("a", { href: `#/sends/${found.send_id}` }, found.type)),
          fact("log.at", moment(found.created_at)),
          fact("log.updated", moment(found.updated_at)),
        ),
      ),
    );
  }
}

define("screen-log-entry", LogEntry);
