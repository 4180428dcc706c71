// <campanile-requests>: what one has asked for, and what became of it.

import { confirmed } from "../../base/dialog.js";
import { CampanileElement, define } from "../../base/element.js";
import { fill, h, reconcile } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, empty, failed, loading } from "../../base/states.js";
import { addTexts, t } from "../../base/texts.js";
import { approvals } from "../../texts/approvals.js";
import { askParts, cardStyles } from "./card.js";
import { askDialog } from "./form.js";

addTexts(approvals);

const styles = sheet`:host { display: block; } .detail { display: grid; grid-template-columns: 1fr 1.4fr auto; gap: var(--s2); } dialog .split { gap: var(--s3); }`;

export class CampanileRequests extends CampanileElement {
  static styles = [cardStyles, styles];

  start() {
    this.items = null;
    this.list = h("ul", { class: "stack" });
    this.body = h("div");
    const status = h("select", { "aria-label": t("ask.status"), onchange: () => ((this.status = status.value || null), this.load()) }, h("option", { value: "" }, t("ask.anyStatus")), ["pending", "approved", "rejected", "withdrawn"].map((value) => h("option", { value }, t(`ask.status.${value}`))));
    this.status = null;
    status.style.setProperty("width", "auto");
    const make = h("button", { class: "primary", onclick: () => askDialog(this, () => this.load()) }, icon("plus"), t("ask.new"));
    this.more = h("button", { onclick: () => act(this.more, () => this.#read(this.after)) }, t("act.more"));
    this.show(h("h2", { class: "unseen" }, t("ask.mine")), h("div", { class: "stack" }, h("div", { class: "row apart" }, status, make), this.body));
    this.client.feed.arrived((item) => item.type.startsWith("approval.") && this.load(true), this.signal);
    this.load();
  }

  async load(quietly = false) {
    const round = (this.round = {});
    if (!quietly) fill(this.body, loading(4));
    try {
      const page = await this.api.get("/v1/approvals", { scope: "mine", status: this.status, page_size: 20 });
      if (round !== this.round) return;
      this.items = page.items;
      this.after = page.page.after ?? null;
      this.#paint();
    } catch (problem) {
      if (round === this.round && !quietly) fill(this.body, failed(problem, () => this.load()));
    }
  }

  async #read(after) {
    const page = await this.api.get("/v1/approvals", { scope: "mine", status: this.status, page_size: 20, after });
    this.items = [...this.items, ...page.items];
    this.after = page.page.after ?? null;
    this.#paint();
  }

  #paint() {
    if (this.items.length === 0 && !this.after) return fill(this.body, h("div", { class: "card" }, empty({ icon: "request", title: this.status ? t("ask.noneFits") : t("ask.none"), text: this.status ? null : t("ask.noneText") })));
    if (!this.list.isConnected) fill(this.body, h("div", { class: "stack" }, this.list, h("div", null, this.more)));
    this.more.hidden = this.after === null;
    reconcile(this.list, this.items, (item) => `${item.id}-${item.version}`, (item) => this.#card(item));
    return undefined;
  }

  #card(item) {
    const withdraw = h("button", { onclick: () => act(withdraw, () => this.#withdraw(item)) }, t("ask.withdraw"));
    return h("li", { class: "card ask" }, askParts(item, { acts: item.status === "pending" && h("div", null, withdraw) }));
  }

  async #withdraw(item) {
    if (!(await confirmed(this.root, { title: t("ask.withdrawSure"), act: t("ask.withdraw") }))) return;
    const now = await this.api.post(`/v1/approvals/${item.id}/withdraw`, {});
    this.items = this.items.map((one) => (one.id === now.id ? now : one));
    this.tell("campanile-toast", { level: "success", title: t("ask.withdrawn") });
    this.#paint();
  }
}

define("campanile-requests", CampanileRequests);
