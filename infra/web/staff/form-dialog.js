// A form in a dialog: saved, or told what is wrong at its fields.

import { openDialog } from "../base/dialog.js";
import { h } from "../base/h.js";
import { act } from "../base/states.js";
import { t } from "../base/texts.js";

/** A dialog with a form; `save` throws what the API says is wrong. */
export function formDialog(host, title, fields, content, save, label = t("act.save")) {
  const go = h("button", { class: "primary", type: "submit" }, label);
  const submit = (event) => {
    event.preventDefault();
    act(go, async () => {
      fields.clear();
      await save();
      dialog.close();
    }, (problem) => fields.wrong(problem));
  };
  const form = h("form", { class: "stack", novalidate: true, onsubmit: submit }, fields.said, content, h("div", { class: "actions" }, h("button", { type: "button", onclick: () => dialog.close() }, t("act.cancel")), go));
  const dialog = openDialog(host.root, { title }, form);
  form.querySelector("input, select, textarea")?.focus();
  return dialog;
}
