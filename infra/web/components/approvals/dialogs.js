// What one says along with a decision.

import { openDialog } from "../../base/dialog.js";
import { h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { act, field, tag } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { personName } from "./card.js";

/** A dialog with one text; `doing` is given it, and a problem stays inside. */
function wordsDialog(host, { title, text, label, hint, required, name, danger }, doing) {
  const words = h("textarea", { rows: 3 });
  const box = field(label, words, { hint });
  const go = h("button", { class: danger ? "danger" : "primary", type: "submit" }, name);
  const submit = (event) => {
    event.preventDefault();
    const said = words.value.trim();
    box.wrong(required && !said ? required : null);
    if (required && !said) return words.focus();
    return act(go, async () => {
      await doing(said);
      dialog.close();
    }, (problem) => box.wrong(problem.of("reason") ?? problem.of("comment") ?? problem.message));
  };
  const cancel = h("button", { type: "button", onclick: () => dialog.close() }, t("act.cancel"));
  const dialog = openDialog(host.root, { title }, h("form", { class: "stack", onsubmit: submit }, text && h("p", { class: "dim" }, text), box, h("div", { class: "actions" }, cancel, go)));
  words.focus();
}

export function approveDialog(host, ask, doing) {
  wordsDialog(host, { title: t("ask.approveSure", ask), text: t("ask.approveText"), label: t("ask.comment"), hint: t("ask.commentHint"), name: t("ask.approve") }, doing);
}

export function rejectDialog(host, ask, doing) {
  wordsDialog(host, { title: t("ask.rejectSure", ask), label: t("ask.rejectReason"), hint: t("ask.rejectHint"), required: t("ask.needReason"), name: t("ask.reject"), danger: true }, doing);
}

export function approveManyDialog(host, count, doing) {
  wordsDialog(host, { title: t("ask.approveMany", { count }), text: t("ask.approveText"), label: t("ask.comment"), hint: t("ask.commentHint"), name: t("ask.approve") }, doing);
}

/** What became of each of several. */
export function resultsDialog(host, rows, asks) {
  const done = rows.filter((row) => row.status === 200).length;
  const line = (row) => {
    const ask = row.approval ?? asks.get(row.id);
    const well = row.status === 200;
    return h(
      "li",
      { class: `item ${well ? "success" : "error"}` },
      icon(well ? "success" : "error"),
      h("div", { class: "grow" }, h("p", { class: "strong clip" }, ask?.title ?? row.id), h("p", { class: "dim small" }, personName(ask?.requester)), !well && h("p", { class: "wrong" }, row.problem?.detail ?? row.problem?.title)),
      well && tag(t("ask.status.approved"), "success"),
    );
  };
  openDialog(host.root, { title: t("ask.results") }, h("p", { role: "status" }, t("ask.someApproved", { done, count: rows.length })), h("ul", { class: "list" }, rows.map(line)));
}
