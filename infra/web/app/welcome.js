// <campanile-welcome>: before anybody is signed in. Needs no client.

import { define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { notice } from "../base/states.js";
import { common } from "../base/styles.js";
import { t } from "../base/texts.js";
import { tokens } from "../base/tokens.js";

const styles = sheet`
:host { display: grid; min-height: 100dvh; place-items: center; background: var(--page); padding: var(--s4); }
.box { width: min(26rem, 100%); padding: var(--s6) var(--s5); display: grid; gap: var(--s5); }
.brand { display: flex; align-items: center; gap: var(--s3); font-weight: 650; font-size: var(--t-large); } .brand img { border-radius: 9px; }
h1 { font-size: var(--t-hero); text-wrap: balance; }
button { width: 100%; min-height: 46px; }`;

class CampanileWelcome extends HTMLElement {
  auth;
  said;

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [tokens, common, styles];
    document.title = t("app.name");
    const brand = h("p", { class: "brand" }, h("img", { src: new URL("../icon.svg", import.meta.url).href, alt: "", width: 36, height: 36 }), t("app.name"));
    const saying = h("div", { hidden: !this.said }, this.said && notice("warning", this.said));
    const begin = () => (this.auth ? this.auth.begin() : location.reload());
    const sign = () => Promise.resolve(begin()).catch((error) => {
      saying.hidden = false;
      fill(saying, notice("error", t("sign.failed", { reason: error.message })));
    });
    fill(root, h("main", { class: "card box" }, brand, h("div", { class: "stack tight" }, h("h1", null, t("sign.title")), h("p", { class: "dim" }, t("sign.text"))), saying, h("button", { class: "primary", onclick: sign }, t(this.auth ? "sign.in" : "act.retry"))));
  }
}

define("campanile-welcome", CampanileWelcome);
