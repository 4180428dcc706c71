// One notification, as it stands in the bell's list and in the centre.

import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { sheet } from "../base/sheet.js";
import { tag } from "../base/states.js";
import { t } from "../base/texts.js";
import { ago, moment } from "../base/time.js";

export const noteStyles = sheet`
.note { position: relative; align-items: flex-start; }
.note > .icon { color: var(--tone); margin-top: 2px; }
.note .title { font-weight: 500; } .note[data-unread] .title { font-weight: 650; }
.note[data-unread]::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: 0; width: 3px; background: var(--accent); }
.note .row.apart { align-items: baseline; flex-wrap: nowrap; } .note time { white-space: nowrap; } .note p { overflow-wrap: anywhere; }
.note .text { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }`;

/**
 * The inside of a notification's row. Rows are buttons or links of whoever
 * shows them.
 */
export function noteParts(item) {
  return [
    icon(item.level),
    h(
      "div",
      { class: "grow stack tight" },
      h(
        "div",
        { class: "row apart" },
        h("span", { class: "title grow" }, item.read ? null : h("span", { class: "unseen" }, `${t("note.unread")}: `), item.title),
        h("time", { class: "dim small", datetime: item.created_at, title: moment(item.created_at) }, ago(item.created_at)),
      ),
      item.body && h("p", { class: "dim small text" }, item.body),
      item.priority >= 3 && h("div", { class: "row" }, tag(item.priority === 4 ? t("note.urgent") : t("note.high"), item.priority === 4 ? "error" : "warning")),
    ),
  ];
}

/** What changes how a row looks; a row with the same is left as it is. */
export const noteState = (item) => `${item.read}${ago(item.created_at)}${item.title}${item.body}`;

/**
 * Whether a notification stands in front of everything: priority 4 always, a
 * pop-up unless the person wants none, and anything that has just arrived if
 * they want all.
 */
export function popsUp(item, wanted, arrived) {
  return item.priority === 4 || (item.popup === true && wanted !== "none") || (arrived && wanted === "all");
}

/** Marks it read and goes where it leads. */
export function follow(client, item) {
  client.feed.read(item.id).catch(() => {
    // It stays unread on the other devices; going on matters more.
  });
  if (item.redirect_url) client.navigate(item.redirect_url);
}
