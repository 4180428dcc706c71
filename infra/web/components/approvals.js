// <campanile-approvals view="mine|decide">: what one has asked for, and, for
// those who decide, what waits for them.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { addTexts, t } from "../base/texts.js";
import { approvals } from "../texts/approvals.js";
import "./approvals/decide.js";
import "./approvals/mine.js";
import { tabRow } from "./tabs.js";

addTexts(approvals);

const styles = sheet`:host { display: block; }`;

export class CampanileApprovals extends CampanileElement {
  static styles = [styles];

  start() {
    this.tabs = tabRow({ label: t("ask.views"), textOf: (name) => t(`ask.${name}`), choose: (name) => this.#open(name) });
    this.tabs.hidden = true;
    this.place = h("div", { role: "tabpanel" });
    this.show(h("div", { class: "stack" }, this.tabs, this.place));
    this.#open(this.getAttribute("view") === "decide" ? "decide" : "mine");
    this.#offer();
  }

  /** Staff decide, and whoever else something waits for. */
  async #offer() {
    this.tabs.hidden = !this.client.is("staff", "admin") && this.view !== "decide";
    if (!this.tabs.hidden) return;
    try {
      const { items } = await this.api.get("/v1/approvals", { scope: "to_decide", page_size: 1 }, { signal: this.signal });
      this.tabs.hidden = items.length === 0;
    } catch {
      // One's own requests are there without it.
    }
  }

  #open(view) {
    this.view = view;
    this.tabs.paint(["mine", "decide"], view);
    fill(this.place, h(view === "decide" ? "campanile-decisions" : "campanile-requests"));
    this.tell("campanile-view", { view });
  }
}

define("campanile-approvals", CampanileApprovals);
