// A paged list of the API with its four states: most of the staff's screens
// are one, with filters above it.

import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { act, empty, failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { ago, moment } from "../base/time.js";

export class Listing {
  /**
   * @param {import("../base/element.js").CampanileElement} host
   * @param {object} options
   * @param {string} options.path
   * @param {(item: object) => Node} options.row
   * @param {object} options.none What `empty` is given when there is nothing.
   * @param {Node[]} [options.columns] Heads of a table; without them it is a list.
   * @param {string} [options.label] What the table is called.
   */
  constructor(host, { path, row, none, columns, label = "", size = 25 }) {
    Object.assign(this, { host, path, row, none, columns, label, size, query: {}, after: null });
    this.element = h("div", { class: "stack" });
    this.more = h("button", { onclick: () => act(this.more, () => this.#next()) }, t("act.more"));
  }

  /** Reads the first page anew; what was asked before is forgotten. */
  async load(query = this.query) {
    const round = (this.round = {});
    this.query = query;
    fill(this.element, loading(5));
    try {
      const page = await this.#page(null);
      if (round !== this.round) return;
      this.items = page.items;
      this.#paint();
    } catch (problem) {
      if (problem.name === "AbortError" || round !== this.round) return;
      fill(this.element, failed(problem, () => this.load()));
    }
  }

  async #next() {
    const page = await this.#page(this.after);
    this.items.push(...page.items);
    this.body.append(...page.items.map(this.row));
    this.more.hidden = this.after === null;
  }

  async #page(after) {
    // A page of a filtered list may be empty while more follows.
    for (;;) {
      const page = await this.host.api.get(this.path, { ...this.query, page_size: this.size, after }, { signal: this.host.signal });
      after = this.after = page.page?.after ?? null;
      if (page.items.length > 0 || after === null) return page;
    }
  }

  #paint() {
    if (this.items.length === 0) return fill(this.element, h("div", { class: "card flush" }, empty(typeof this.none === "function" ? this.none(this.query) : this.none)));
    const rows = this.items.map(this.row);
    this.more.hidden = this.after === null;
    const more = h("div", { class: "row" }, this.more);
    if (!this.columns) return fill(this.element, (this.body = h("ul", { class: "list card flush" }, rows)), more);
    this.body = h("tbody", null, rows);
    const head = h("thead", null, h("tr", null, this.columns.map((column) => (column instanceof Node ? column : h("th", { scope: "col" }, column)))));
    return fill(this.element, h("div", { class: "card flush scroll", tabindex: "0", role: "region", "aria-label": this.label }, h("table", null, head, this.body)), more);
  }
}

/** A row that leads somewhere: a title, a line below it, tags and a time. */
export function entry({ href, onclick, mark, title, text, tags = [], when }) {
  const parts = [
    mark,
    h("div", { class: "grow" }, h("div", { class: "strong clip" }, title), text && h("div", { class: "dim small clip" }, text)),
    h("div", { class: "row end" }, tags, when && h("time", { class: "dim small when", datetime: when, title: moment(when) }, ago(when))),
  ];
  const inner = href ? h("a", { class: "item", href }, parts) : onclick ? h("button", { class: "item", onclick }, parts) : h("div", { class: "item" }, parts);
  return h("li", { class: "entry" }, inner);
}

/** The way back above a heading. */
export function back(href, label) {
  return h("a", { class: "back", href }, icon("back"), label);
}

/** Loads something whole into `place`, with its states. */
export async function loaded(place, load, paint) {
  fill(place, loading(6));
  try {
    const found = await load();
    fill(place, paint(found));
  } catch (problem) {
    if (problem.name === "AbortError") return;
    if (!problem.title) throw problem;
    fill(place, failed(problem, () => loaded(place, load, paint)));
  }
}

/** Calls `doing` once typing pauses. */
export function pausing(doing, wait = 250) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => doing(...given), wait);
  };
}
