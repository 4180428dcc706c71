// <campanile-decisions>: the requests that wait for the person, and those that
// were decided: one by one, or several at once.

import { CampanileElement, define } from "../../base/element.js";
import { fill, h, reconcile } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, empty, failed, loading } from "../../base/states.js";
import { addTexts, t } from "../../base/texts.js";
import { approvals } from "../../texts/approvals.js";
import { askParts, cardStyles, personName } from "./card.js";
import { approveDialog, approveManyDialog, rejectDialog, resultsDialog } from "./dialogs.js";
import { figureCards } from "./figures.js";

addTexts(approvals);

const styles = sheet`
:host { display: block; }
.figures { display: grid; gap: var(--s3); grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); } .figures .card { padding: var(--s3) var(--s4); } .figures b { font-size: var(--t-title); }
summary { cursor: pointer; color: var(--accent); font-weight: 560; min-height: 32px; align-content: center; } details[open] > summary { margin-block-end: var(--s3); }
select { width: auto; flex: 0 1 auto; }
.many { position: sticky; inset-block-start: 60px; z-index: 5; padding: var(--s2) var(--s4); background: var(--raised); }
@media (max-width: 47.99rem) { .many { inset-block-start: 56px; } }
.ask .check { min-height: 24px; }`;

const STATUSES = ["pending", "approved", "rejected", "withdrawn"];
const TYPES = ["tier_upgrade", "module_access", "staff_account", "custom"];
/** As many as the API approves in one call. */
const MOST = 50;

export class CampanileDecisions extends CampanileElement {
  static styles = [cardStyles, styles];

  start() {
    this.filter = { status: "pending", type: null };
    this.items = null;
    this.chosen = new Set();
    this.figures = h("div");
    this.many = h("div", { class: "card row apart many", role: "region", "aria-label": t("ask.approveSelected") });
    this.list = h("ul", { class: "stack" });
    this.body = h("div");
    this.more = h("button", { onclick: () => act(this.more, () => this.#read(this.after)) }, t("act.more"));
    const select = (name, label, any, values) => h("select", { "aria-label": label, onchange: (event) => this.#turn({ [name]: event.target.value || null }) }, h("option", { value: "" }, any), values.map((value) => h("option", { value, ".selected": value === this.filter[name] }, t(`ask.${name}.${value}`))));
    const bar = h("div", { class: "row" }, select("status", t("ask.status"), t("ask.anyStatus"), STATUSES), select("type", t("ask.types"), t("ask.anyType"), TYPES));
    this.show(h("div", { class: "stack" }, this.figures, bar, this.many, this.body));
    this.client.feed.arrived((item) => item.type.startsWith("approval.") && this.load(true), this.signal);
    this.load();
  }

  #turn(filter) {
    Object.assign(this.filter, filter);
    this.chosen.clear();
    this.load();
  }

  #query(after) {
    return { scope: "all", ...this.filter, page_size: 20, after };
  }

  /** Reads the list and the figures; `quietly` leaves what is shown meanwhile. */
  async load(quietly = false) {
    const round = (this.round = {});
    if (!quietly) fill(this.body, loading(5));
    this.#figures();
    try {
      const page = await this.api.get("/v1/approvals", this.#query());
      if (round !== this.round) return;
      this.items = page.items;
      this.after = page.page.after ?? null;
      this.#paint();
    } catch (problem) {
      if (round !== this.round || quietly) return;
      const mine = problem.status === 403;
      fill(this.body, mine ? empty({ icon: "approve", title: t("ask.notYours") }) : failed(problem, () => this.load()));
      this.many.hidden = true;
    }
  }

  async #figures() {
    try {
      const figures = figureCards(await this.api.get("/v1/approvals/statistics"));
      const open = this.figures.querySelector("details")?.open;
      figures.querySelector("details")?.toggleAttribute("open", Boolean(open));
      fill(this.figures, figures);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      // The list below says what is wrong.
      fill(this.figures);
    }
  }

  async #read(after) {
    const page = await this.api.get("/v1/approvals", this.#query(after));
    this.items = [...this.items, ...page.items];
    this.after = page.page.after ?? null;
    this.#paint();
  }

  get #open() {
    return this.items.filter((item) => item.may_decide);
  }

  #paint() {
    for (const id of [...this.chosen]) if (!this.#open.some((item) => item.id === id)) this.chosen.delete(id);
    this.#paintMany();
    if (this.items.length === 0 && !this.after) {
      const waiting = this.filter.status === "pending" && !this.filter.type;
      return fill(this.body, h("div", { class: "card" }, empty({ icon: "approve", title: t(waiting ? "ask.nothing" : "ask.noneFits"), text: waiting ? t("ask.nothingText") : null })));
    }
    if (!this.list.isConnected) fill(this.body, h("div", { class: "stack" }, this.list, h("div", null, this.more)));
    this.more.hidden = this.after === null;
    const tick = (card, item) => card.box && (card.box.checked = this.chosen.has(item.id));
    reconcile(this.list, this.items, (item) => `${item.id}-${item.version}`, (item) => this.#card(item), tick);
    return undefined;
  }

  #paintMany() {
    const open = this.#open;
    this.many.hidden = open.length === 0;
    if (!this.all) {
      this.all = h("input", { type: "checkbox", onchange: () => this.#chooseAll(this.all.checked) });
      this.count = h("span", { role: "status" });
      this.go = h("button", { class: "primary", onclick: () => this.#approveMany() }, icon("check"), t("ask.approveSelected"));
      fill(this.many, h("label", { class: "check" }, this.all, t("ask.all")), h("div", { class: "row" }, this.count, this.go));
    }
    this.all.checked = open.length > 0 && this.chosen.size === open.length;
    this.all.indeterminate = this.chosen.size > 0 && this.chosen.size < open.length;
    this.count.textContent = this.chosen.size > 0 ? t("ask.selected", { count: this.chosen.size }) : "";
    this.count.hidden = this.chosen.size === 0;
    this.go.disabled = this.chosen.size === 0;
  }

  #chooseAll(all) {
    this.chosen = new Set(all ? this.#open.slice(0, MOST).map((item) => item.id) : []);
    this.#paint();
  }

  #card(item) {
    const card = h("li", { class: "card ask" });
    if (item.may_decide) {
      const toggle = () => {
        if (card.box.checked) this.chosen.add(item.id);
        else this.chosen.delete(item.id);
        this.#paintMany();
      };
      card.box = h("input", { type: "checkbox", "aria-label": t("ask.select", { title: item.title, name: personName(item.requester) }), onchange: toggle });
    }
    const own = item.status === "pending" && !item.may_decide && item.requester.id === this.client.me.value?.id;
    const acts = item.may_decide ? decisionButtons(this, item, (now) => this.#decided(now)) : own && h("p", { class: "dim small" }, t("ask.own"));
    return fill(card, askParts(item, { whose: true, lead: card.box && h("span", { class: "check" }, card.box), acts }));
  }

  #decided(now) {
    this.items = this.items.map((item) => (item.id === now.id ? now : item));
    this.#paint();
    this.#figures();
  }

  #approveMany() {
    const ids = [...this.chosen].slice(0, MOST);
    const asks = new Map(this.items.map((item) => [item.id, item]));
    approveManyDialog(this, ids.length, async (comment) => {
      const { items: rows } = await this.api.post("/v1/approvals/bulk-approve", { ids, ...(comment ? { comment } : {}) });
      const now = new Map(rows.filter((row) => row.approval).map((row) => [row.id, row.approval]));
      this.items = this.items.map((item) => now.get(item.id) ?? item);
      this.chosen.clear();
      this.#paint();
      this.#figures();
      resultsDialog(this, rows, asks);
    });
  }
}

/** Approve and reject, each asking for its words first. */
export function decisionButtons(host, item, decided) {
  const done = (text, now) => {
    host.tell("campanile-toast", { level: "success", title: t(text, now) });
    decided(now);
  };
  const approve = () => approveDialog(host, item, async (comment) => done("ask.approved", await host.api.post(`/v1/approvals/${item.id}/approve`, comment ? { comment } : {})));
  const reject = () => rejectDialog(host, item, async (reason) => done("ask.rejected", await host.api.post(`/v1/approvals/${item.id}/reject`, { reason })));
  return h("div", { class: "row" }, h("button", { class: "primary", onclick: approve }, icon("check"), t("ask.approve")), h("button", { onclick: reject }, icon("close"), t("ask.reject")));
}

define("campanile-decisions", CampanileDecisions);
