// A message in the list of a folder.

import { fill, h } from "../../base/h.js";
import { sheet } from "../../base/sheet.js";
import { avatar, tag } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { ago, moment } from "../../base/time.js";

export const rowStyles = sheet`
.letter { position: relative; align-items: flex-start; }
.letter .row { flex-wrap: nowrap; } .letter time { white-space: nowrap; }
.letter .name { font-weight: 500; } .letter[data-unread] .name, .letter[data-unread] .subject { font-weight: 650; }
.letter[data-unread]::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: 0; width: 3px; background: var(--accent); }`;

/** Names of people, as many as fit into a line. */
export function names(list, most = 3) {
  const shown = list.slice(0, most).map((one) => one.name || one.id);
  return list.length > most ? `${shown.join(", ")} +${list.length - most}` : shown.join(", ");
}

export function letterRow(onclick) {
  return h("li", null, h("button", { class: "item letter", onclick }));
}

export function dressLetter(row, item, open) {
  const button = row.firstElementChild;
  const state = JSON.stringify([item.read, open, ago(item.created_at)]);
  if (row.state === state) return;
  row.state = state;
  const sent = item.folder === "sent";
  const who = sent ? names(item.to) || t("inbox.nobody") : item.from.name || item.from.id;
  button.toggleAttribute("data-unread", item.read === false);
  if (open) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  fill(
    button,
    avatar(who),
    h(
      "div",
      { class: "grow" },
      h("div", { class: "row" }, h("span", { class: "name clip grow" }, item.read === false && h("span", { class: "unseen" }, `${t("inbox.unread")}: `), who), h("time", { class: "dim small", datetime: item.created_at, title: moment(item.created_at) }, ago(item.created_at))),
      h("div", { class: "row" }, h("span", { class: "subject clip grow" }, item.subject), item.urgent && tag(t("inbox.urgent"), "error"), item.broadcast && tag(t("inbox.broadcast"))),
      h("p", { class: "dim small clip" }, item.preview),
    ),
  );
}
