// My requests, what waits for one's decision, and one request alone, to which a
// notification leads.

import "../components/approvals.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { empty, failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { askParts, cardStyles } from "../components/approvals/card.js";
import { decisionButtons } from "../components/approvals/decide.js";

class RequestsScreen extends CampanileElement {
  start() {
    this.show(h("div", { class: "screen" }, h("h1", null, t("requests.title")), h("campanile-approvals")));
  }
}

class ApprovalsScreen extends CampanileElement {
  start() {
    this.show(h("div", { class: "screen" }, h("h1", null, t("approvals.title")), h("campanile-decisions")));
  }
}

class RequestScreen extends CampanileElement {
  static styles = [cardStyles];

  start() {
    this.body = h("div", null, loading());
    this.show(h("div", { class: "screen" }, h("h1", null, t("requests.title")), h("p", null, h("a", { href: "#/requests" }, t("act.back"))), this.body));
    this.#load();
  }

  async #load() {
    try {
      this.#paint(await this.api.get(`/v1/approvals/${this.getAttribute("id")}`, {}, { signal: this.signal }));
    } catch (problem) {
      if (problem.status === 404) fill(this.body, empty({ icon: "request", title: t("ask.gone"), text: t("ask.goneText") }));
      else if (problem.status !== undefined) fill(this.body, failed(problem, () => this.#load()));
    }
  }

  #paint(ask) {
    fill(this.body, h("h2", { class: "unseen" }, t(`ask.type.${ask.type}`)), h("div", { class: "card ask" }, askParts(ask, { whose: true, acts: ask.may_decide && decisionButtons(this, ask, (now) => this.#paint(now)) })));
  }
}

define("screen-requests", RequestsScreen);
define("screen-approvals", ApprovalsScreen);
define("screen-request", RequestScreen);
