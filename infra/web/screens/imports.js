// Importing a directory from a CSV file: upload in parts, progress, and what
// became of each row.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { act, bar, failed, field, notice, tag } from "../base/states.js";
import { addTexts, number, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { choice, fault, Fields, tick } from "../staff/forms.js";
import { stateTag } from "../staff/labels.js";
import { back, entry, Listing, loaded } from "../staff/listing.js";
import { parts } from "../staff/parts.js";
import { staffStyles } from "../staff/styles.js";
import { admin } from "../texts/admin.js";
import { directoryTabs } from "./directory.js";
addTexts(admin);

const ENDED = new Set(["completed", "rejected", "cancelled", "failed"]);

class Imports extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const fields = new Fields();
    const file = h("input", { type: "file", accept: ".csv,text/csv" });
    const onInvalid = choice([["reject", t("imp.reject")], ["skip", t("imp.skip")]], "reject");
    const dry = tick(t("imp.dryRun"), false);
    const go = h("button", { class: "primary", type: "submit" }, icon("upload"), t("imp.upload"));
    this.progress = h("div", { "aria-live": "polite" });
    const submit = (event) => {
      event.preventDefault();
      act(go, () => this.#upload(fields, file.files[0], onInvalid.value, dry.input.checked), (problem) => (fill(this.progress), fields.wrong(problem)));
    };
    const form = h("form", { class: "card stack", novalidate: true, onsubmit: submit }, h("h2", null, t("imp.new")), h("p", { class: "dim small" }, t("imp.columns")), fields.said, h("div", { class: "pair" }, fields.add("file", t("imp.file"), file), fields.add("on_invalid", t("imp.onInvalid"), onInvalid)), dry, this.progress, h("div", { class: "row" }, go));
    const list = new Listing(this, { path: "/v1/directory/imports", row, none: { icon: "upload", title: t("imp.none"), text: t("imp.noneText") } });
    this.show(h("div", { class: "screen" }, h("h1", null, t("menu.directory")), directoryTabs("imports"), form, h("h2", null, t("imp.before")), list.element));
    list.load();
  }

  async #upload(fields, file, on_invalid, dry_run) {
    fields.clear();
    if (!file) throw fault("file", t("imp.fileNeeded"));
    const made = await this.api.post("/v1/directory/imports", { name: file.name, on_invalid, dry_run });
    const pieces = parts(await file.text());
    for (const [index, piece] of pieces.entries()) {
      fill(this.progress, h("p", { class: "dim small" }, t("imp.part", { part: index + 1, count: pieces.length })), bar(index / pieces.length, t("imp.uploading")));
      await this.api.put(`/v1/directory/imports/${made.id}/parts/${index + 1}`, piece, { type: "text/csv" });
    }
    await this.api.post(`/v1/directory/imports/${made.id}/start`);
    return this.client.navigate(`/directory/imports/${made.id}`);
  }
}

function row({ id, name, status, rows_total, dry_run, created_at }) {
  return entry({ href: `#/directory/imports/${id}`, title: name ?? id, text: t("imp.rows", { count: rows_total }), tags: [dry_run && tag(t("imp.dry")), stateTag(status)], when: created_at });
}

class OneImport extends CampanileElement {
  static styles = [staffStyles];

  start() {
    this.path = `/v1/directory/imports/${this.getAttribute("id")}`;
    this.place = h("div");
    this.report = h("div", { class: "stack" });
    this.rows = new Listing(this, { path: `${this.path}/rows`, size: 50, row: reportRow, none: (query) => ({ icon: "check", title: t(query.status === "invalid" ? "imp.noBad" : "imp.noRows"), text: "" }) });
    this.show(h("div", { class: "screen" }, back("#/directory/imports", t("dir.imports")), this.place, this.report));
    this.wait = 500;
    loaded(this.place, () => this.api.get(this.path), (found) => (this.#later(found), this.#paint(found)));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  #later(found) {
    if (ENDED.has(found.status)) return this.#showRows(found);
    this.wait = Math.min(5000, this.wait * 1.3);
    this.timer = setTimeout(() => this.#look(), this.wait);
  }

  async #look() {
    try {
      const found = await this.api.get(this.path, null, { signal: this.signal });
      fill(this.place, this.#paint(found));
      this.#later(found);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      if (problem.passing) this.timer = setTimeout(() => this.#look(), this.wait);
      else fill(this.place, failed(problem, () => this.#look()));
    }
  }

  #paint({ name, status, progress, counts, dry_run, created_at, reason, rows_total }) {
    const cancel = !ENDED.has(status) && h("button", { class: "danger", onclick: () => act(cancel, async () => (await this.api.post(`${this.path}/cancel`), this.#look())) }, t("act.cancel"));
    const step = (label, done, per) => h("div", { class: "stack tight" }, h("div", { class: "spread small" }, h("span", null, t(label)), h("span", { class: "dim number" }, t("imp.of", { done, count: rows_total }))), bar(per / 100, t(label), status === "completed" ? "success" : ""));
    const figure = (value, label) => h("div", { class: "figure" }, h("b", null, number(value)), h("span", null, t(label)));
    return h(
      "div",
      { class: "stack" },
      h("div", { class: "head" }, h("div", { class: "row" }, h("h1", null, name ?? t("dir.imports")), stateTag(status), dry_run && tag(t("imp.dry"))), cancel),
      h("p", { class: "dim small" }, moment(created_at)),
      status === "rejected" && notice("warning", t("imp.rejected")),
      reason && status === "failed" && notice("error", reason),
      progress && h("section", { class: "card stack" }, step("imp.checked", progress.checked, progress.percent_checked), step(dry_run ? "imp.compared" : "imp.applied", progress.applied, progress.percent_applied)),
      counts && h("section", { class: "card figures" }, figure(counts.created, "status.created"), figure(counts.updated, "status.updated"), figure(counts.unchanged, "status.unchanged"), figure(counts.invalid, "status.invalid")),
    );
  }

  #showRows({ counts }) {
    const state = choice([["", t("status.any")], ...["invalid", "created", "updated", "unchanged"].map((one) => [one, t(`status.${one}`)])], counts?.invalid > 0 ? "invalid" : "", { onchange: () => this.rows.load({ status: state.value }) });
    fill(this.report, h("h2", null, t("imp.report")), h("div", { class: "filters" }, field(t("ann.status"), state)), this.rows.element);
    this.rows.load({ status: state.value });
  }
}

function reportRow({ line, id, status, errors }) {
  const said = errors.map(({ field: name, message }) => h("p", { class: "wrong" }, `${name}: ${message}`));
  return h("li", null, h("div", { class: "item" }, h("span", { class: "dim small number" }, t("imp.line", { line })), h("div", { class: "grow" }, id && (status === "invalid" ? h("strong", null, id) : h("a", { class: "strong", href: `#/directory/people/${encodeURIComponent(id)}` }, id)), said), stateTag(status)));
}

define("screen-imports", Imports);
define("screen-import", OneImport);
