// <campanile-toasts>: short messages that go by themselves: what arrives, and
// what an act came to. Errors stay until they are dismissed.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { t } from "../base/texts.js";
import { follow, popsUp } from "./note.js";

const STAYS = 6000;
const AT_ONCE = 3;

const styles = sheet`
:host { position: fixed; z-index: 50; inset-block-start: 72px; inset-inline-end: var(--s4); width: min(24rem, calc(100vw - 24px)); pointer-events: none; }
ul { display: grid; gap: var(--s2); }
li { pointer-events: auto; display: flex; gap: var(--s3); align-items: flex-start; padding: var(--s3) var(--s2) var(--s3) var(--s4); background: var(--raised); border-radius: var(--radius); box-shadow: var(--float); border-inline-start: 4px solid var(--tone); animation: in var(--quick); }
li > .icon { color: var(--tone); margin-top: 8px; } li > div { padding-block: 6px; } li p { overflow-wrap: anywhere; }
li .text { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
@keyframes in { from { opacity: 0; transform: translateY(-8px); } }
@media (max-width: 47.99rem) { :host { inset-inline: 12px; width: auto; inset-block-start: 64px; } }`;

export class CampanileToasts extends CampanileElement {
  static styles = [styles];

  start() {
    this.list = h("ul", { "aria-live": "polite", "aria-relevant": "additions" });
    this.show(this.list);
    this.client.feed.arrived((item) => this.#arrived(item), this.signal);
    this.listen(document, "campanile-bell", ({ detail }) => this.#listOpen(detail.open));
    this.listen(document, "campanile-toast", (event) => this.add(event.detail));
  }

  #listOpen(open) {
    this.quiet = open;
    if (open) for (const toast of this.list.querySelectorAll("[data-arrived]")) toast.remove();
  }

  #arrived(item) {
    // What blocks the screen, or stands in the open list, needs no toast beside it.
    if (this.quiet || popsUp(item, this.client.popups.value, true)) return;
    const open = item.redirect_url && { label: t("act.open"), act: () => follow(this.client, item) };
    this.add({ level: item.level, title: item.title, text: item.body, action: open }).dataset.arrived = "";
  }

  /** @param {{level?: string, title: string, text?: string|null, action?: {label: string, act: () => void}}} toast */
  add({ level = "info", title, text, action }) {
    const go = action && h("button", { class: "link small", onclick: () => (close(), action.act()) }, action.label);
    const shut = h("button", { class: "quiet only", "aria-label": t("act.dismiss"), onclick: () => close() }, icon("close"));
    const toast = h(
      "li",
      { class: level },
      icon(level),
      h("div", { class: "grow stack tight" }, h("p", { class: "strong" }, title), text && h("p", { class: "dim small text" }, text), go && h("p", null, go)),
      shut,
    );
    const close = () => toast.remove();
    this.list.prepend(toast);
    while (this.list.children.length > AT_ONCE) this.list.lastElementChild.remove();
    if (level !== "error") this.#leave(toast, close);
    return toast;
  }

  /** Goes by itself, but not under the pointer or while it has the focus. */
  #leave(toast, close) {
    let timer = setTimeout(close, STAYS);
    const hold = () => clearTimeout(timer);
    const release = () => {
      clearTimeout(timer);
      timer = setTimeout(close, STAYS);
    };
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("pointerleave", release);
    toast.addEventListener("focusout", release);
  }
}

define("campanile-toasts", CampanileToasts);
