// <campanile-approvals view="mine|decide">: what one has asked for, and, for
// those who decide, what waits for them.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { addTexts, t } from "../base/texts.js";
import { approvals } from "../texts/approvals.js";
import "./approvals/decide.js";
import "./approvals/mine.js";

addTexts(approvals);

const styles = sheet`:host { display: block; }`;

export class CampanileApprovals extends CampanileElement {
  static styles = [styles];

  start() {
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": t("ask.views"), hidden: true });
    this.place = h("div", { role: "tabpanel" });
    this.show(h("div", { class: "stack" }, this.tabs, this.place));
    this.#open(this.getAttribute("view") === "decide" ? "decide" : "mine");
    this.#offer();
  }

  /** Whoever decides about something may read its figures. */
  async #offer() {
    try {
      await this.api.get("/v1/approvals/statistics", {}, { signal: this.signal });
      this.tabs.hidden = false;
    } catch {
      this.tabs.hidden = this.view !== "decide";
    }
  }

  #open(view) {
    this.view = view;
    const tab = (name) => h("button", { role: "tab", "aria-selected": String(view === name), onclick: () => this.#open(name) }, t(`ask.${name}`));
    const had = this.tabs.contains(this.root.activeElement);
    fill(this.tabs, tab("mine"), tab("decide"));
    if (had) this.tabs.querySelector("[aria-selected=true]").focus();
    fill(this.place, h(view === "decide" ? "campanile-decisions" : "campanile-requests"));
    this.tell("campanile-view", { view });
  }
}

define("campanile-approvals", CampanileApprovals);
