// For local use: what was e-mailed and texted, as it left the system.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { act, empty, failed, field, loading, tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { ago, moment } from "../base/time.js";
import { choice, text } from "../staff/forms.js";
import { pausing } from "../staff/listing.js";
import { rendered, renderedStyles } from "../staff/rendered.js";
import { staffStyles } from "../staff/styles.js";
import { automation } from "../texts/automation.js";
import { staff } from "../texts/staff.js";
addTexts({ ...staff, ...automation });

const PATH = "/_local/mailbox";
const EVERY = 4000;

const styles = sheet`
.pad { padding: var(--s4); } .box { display: grid; gap: var(--s4); grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); align-items: start; } .letters { max-height: calc(100dvh - 16rem); overflow: auto; }
@media (max-width: 47.99rem) { .box { grid-template-columns: minmax(0, 1fr); } .letters { max-height: 20rem; } }`;

class Mailbox extends CampanileElement {
  static styles = [staffStyles, renderedStyles, styles];

  start() {
    this.list = h("div");
    this.one = h("div", { class: "card flush" }, empty({ icon: "mailbox", title: t("mbx.choose"), text: "" }));
    const soon = pausing(() => this.#load());
    this.to = text(this.query.get("to"), { type: "search", placeholder: t("mbx.toHint"), oninput: soon });
    this.channel = choice([["", t("channel.any")], ["email", t("channel.email")], ["sms", t("channel.sms")]], "", { onchange: () => this.#load() });
    const clear = h("button", { onclick: () => act(clear, async () => (await this.api.delete(PATH), this.#load())) }, t("mbx.clear"));
    const find = field(t("mbx.to"), this.to);
    find.classList.add("wide");
    this.show(h("div", { class: "screen" }, h("div", { class: "head" }, h("h1", null, t("menu.mailbox")), clear), h("p", { class: "dim" }, t("mbx.text")), h("div", { class: "filters" }, find, field(t("send.channel"), this.channel)), h("div", { class: "box" }, this.list, this.one)));
    fill(this.list, loading(5));
    this.#load();
    this.timer = setInterval(() => document.visibilityState === "visible" && this.#load(true), EVERY);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  async #load(quiet = false) {
    const round = (this.round = {});
    try {
      const items = await this.api.get(PATH, { to: this.to.value.trim(), channel: this.channel.value, limit: 100 }, { signal: this.signal });
      if (round !== this.round) return;
      const seen = items.map(({ id }) => id).join();
      if (quiet && seen === this.seen) return;
      this.seen = seen;
      const rows = h("ul", { class: "list card flush letters" }, items.map((item) => h("li", null, this.#row(item))));
      fill(this.list, items.length > 0 ? rows : h("div", { class: "card flush" }, empty({ icon: "mailbox", title: t("mbx.none"), text: t("mbx.noneText") })));
    } catch (problem) {
      if (problem.name !== "AbortError" && !quiet) fill(this.list, failed(problem, () => this.#load()));
    }
  }

  #row(item) {
    const email = item.channel === "email";
    const open = (event) => {
      for (const button of this.list.querySelectorAll("button")) button.removeAttribute("aria-current");
      event.currentTarget.setAttribute("aria-current", "true");
      fill(this.one, this.#shown(item));
    };
    const button = h("button", { class: "item", onclick: open }, h("div", { class: "grow" }, h("div", { class: "strong clip" }, email ? item.subject : item.body), h("div", { class: "dim small clip" }, item.to.join(", "))), tag(t(`channel.${item.channel}`), email ? "info" : "success"), h("time", { class: "dim small", datetime: item.at }, ago(item.at)));
    if (item.id === this.open) button.setAttribute("aria-current", "true");
    return button;
  }

  #shown(item) {
    this.open = item.id;
    const fact = (label, value) => value && [h("dt", null, label), h("dd", null, value)];
    const email = item.channel === "email";
    const message = email ? { channel: "email", subject: item.subject, html: item.html, text: item.text } : { channel: "sms", body: item.body };
    const more = email && h("details", null, h("summary", { class: "dim small" }, t("mbx.headers")), h("dl", { class: "facts small" }, item.headers.map(([name, value]) => fact(name, value)), Object.entries(item.tags).map(([name, value]) => fact(name, value))));
    return h("section", { class: "stack pad", "aria-label": email ? item.subject : item.body }, h("dl", { class: "facts" }, fact(t("mbx.from"), email ? item.from : item.sender), fact(t("mbx.to"), item.to.join(", ")), fact(t("log.at"), moment(item.at)), !email && fact(t("reach.segments"), String(item.segments))), rendered(message, this.signal), more);
  }
}

define("screen-mailbox", Mailbox);
