// A message as the person gets it, in each of its forms. The HTML of authors
// lives in a frame of an origin of its own.

import { fill, h } from "../base/h.js";
import { sheet } from "../base/sheet.js";
import { tag } from "../base/states.js";
import { t } from "../base/texts.js";

export const renderedStyles = sheet`
.mail { border: 1px solid var(--line); border-radius: var(--radius-small); overflow: hidden; } .mail > header { padding: var(--s3) var(--s4); border-bottom: 1px solid var(--line); background: var(--sunken); }
.mail iframe { display: block; width: 100%; height: var(--high, 6rem); border: 0; background: #fff; color-scheme: light; }
.mail pre, pre.text { margin: 0; padding: var(--s4); white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; font-size: var(--t-small); }
.bubble { background: var(--tint); border-radius: 16px 16px 16px 4px; padding: var(--s3) var(--s4); max-width: 24rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.noted { border: 1px solid var(--line); border-radius: var(--radius-small); padding: var(--s3) var(--s4); border-inline-start: 3px solid var(--accent); }`;

/** A frame that shows HTML without any rights; `show(html)` may be called again. */
export function frame(label, signal) {
  const element = h("iframe", { sandbox: "allow-scripts", title: label, src: new URL("../preview.html", import.meta.url).href });
  let [html, ready] = [null, false];
  const hand = () => ready && html !== null && element.contentWindow?.postMessage({ html }, "*");
  addEventListener(
    "message",
    (event) => {
      if (event.source !== element.contentWindow) return;
      if (event.data?.ready) (ready = true), hand();
      if (event.data?.height) element.style.setProperty("--high", `${Math.min(900, Math.max(80, event.data.height + 8))}px`);
    },
    { signal },
  );
  element.show = (given) => {
    html = given;
    hand();
  };
  return element;
}

/** An e-mail; `update` shows another one in the same frame, which does not flicker. */
function mail(first, signal) {
  let [message, asHtml] = [first, Boolean(first.html)];
  const html = frame(t("form.html"), signal);
  const text = h("pre");
  const subject = h("strong");
  const chips = h("div", { class: "chips", role: "group", "aria-label": t("form.which") });
  const paint = () => {
    const both = Boolean(message.html && message.text);
    const shown = both ? asHtml : Boolean(message.html);
    subject.textContent = message.subject;
    text.textContent = message.text ?? "";
    html.show(message.html ?? "");
    [html.hidden, text.hidden, chips.hidden] = [!shown, shown, !both];
    const chip = (one) => h("button", { type: "button", "aria-pressed": String(one === shown), onclick: () => ((asHtml = one), paint()) }, t(one ? "form.html" : "form.text"));
    fill(chips, chip(true), chip(false));
  };
  paint();
  const element = h("div", { class: "stack tight" }, chips, h("div", { class: "mail" }, h("header", null, subject), html, text));
  element.update = (next) => {
    message = next;
    paint();
  };
  return element;
}

/** @param {object} message `Rendered` of the API. */
export function rendered(message, signal) {
  if (message.channel === "email") return mail(message, signal);
  if (message.channel === "in_app") return h("div", { class: "noted" }, h("strong", null, message.title), h("p", { class: "dim lines" }, message.body));
  const size = message.segments === undefined ? null : h("p", { class: "dim small row" }, tag(t("sms.segments", { count: message.segments }), message.segments > 1 ? "warning" : "success"), h("span", null, t("sms.size", { count: message.characters, encoding: message.encoding === "ucs2" ? "UCS-2" : "GSM-7" })));
  return h("div", { class: "stack tight" }, h("div", { class: "bubble" }, message.body), size);
}
