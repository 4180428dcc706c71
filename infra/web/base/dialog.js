// Dialogs: the browser's own element keeps the focus inside and gives it back.

import { h } from "./h.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

/**
 * Opens a dialog in `root` (a shadow root or an element) and gives it back;
 * it is gone from the page once it is closed.
 * @param {object} options
 * @param {string} options.title
 * @param {boolean} [options.blocking] Escape and the corner do not close it.
 */
export function openDialog(root, { title, blocking = false, role = "dialog" }, ...children) {
  const heading = h("h2", { id: "dialog-title", tabindex: "-1" }, title);
  const close = h("button", { class: "quiet only", type: "button", "aria-label": t("act.close"), onclick: () => dialog.close() }, icon("close"));
  const head = h("div", { class: "row apart" }, h("div", { class: "grow" }, heading), !blocking && close);
  const dialog = h("dialog", { "aria-labelledby": "dialog-title", role: role === "dialog" ? null : role }, h("div", { class: "stack" }, head, ...children));
  dialog.addEventListener("cancel", (event) => blocking && event.preventDefault());
  // Chromium closes on a second Escape whatever the first one was answered.
  dialog.addEventListener("keydown", (event) => blocking && event.key === "Escape" && event.preventDefault());
  dialog.addEventListener("close", () => dialog.remove());
  root.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks before something that cannot be taken back; true if the person goes on. */
export function confirmed(root, { title, text, act: label, danger = true }) {
  return new Promise((resolve) => {
    const answer = (value) => () => {
      resolve(value);
      dialog.close();
    };
    const dialog = openDialog(
      root,
      { title, role: "alertdialog" },
      text && h("p", { class: "dim" }, text),
      h("div", { class: "actions" }, h("button", { onclick: answer(false) }, t("act.cancel")), h("button", { class: danger ? "danger" : "primary", onclick: answer(true) }, label)),
    );
    dialog.addEventListener("close", () => resolve(false));
  });
}
