// A room in the list: who it is with, whether they are there, what was said
// last and how much of it is unread.

import { fill, h } from "../../base/h.js";
import { sheet } from "../../base/sheet.js";
import { avatar, badge } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { ago, moment } from "../../base/time.js";

export const roomStyles = sheet`
.room .face { position: relative; } .room .face[data-online]::after { content: ""; position: absolute; inset-block-end: 0; inset-inline-end: -1px; width: 11px; height: 11px; border-radius: 50%; background: var(--success); border: 2px solid var(--sheet); }
.room .row { flex-wrap: nowrap; } .room .name { font-weight: 560; } .room[data-unread] .name, .room[data-unread] .last { font-weight: 650; } .room[data-unread] .last { color: var(--ink); }
.room time { white-space: nowrap; }`;

/** `Online`, or when somebody last was. */
export function presenceText({ online, last_seen: seen }) {
  if (online) return t("chat.online");
  return seen ? t("chat.lastSeen", { time: ago(seen) }) : "";
}

export function roomRow(onclick) {
  return h("li", null, h("button", { class: "item room", onclick }));
}

export function dressRoom(row, room, open) {
  const button = row.firstElementChild;
  const when = room.last?.at ?? room.created_at;
  const state = JSON.stringify([room.last, room.unread_count, room.participants, room.state, open, ago(when)]);
  if (row.state === state) return;
  row.state = state;
  const other = room.participants?.[0] ?? {};
  const name = other.name ?? t("people.left");
  button.toggleAttribute("data-unread", room.unread_count > 0);
  if (open) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  const face = h("span", { class: "face" }, avatar(name));
  face.toggleAttribute("data-online", Boolean(other.online));
  fill(
    button,
    face,
    h(
      "div",
      { class: "grow" },
      h("div", { class: "row" }, h("span", { class: "name clip grow" }, name, other.online && h("span", { class: "unseen" }, `, ${t("chat.online")}`)), h("time", { class: "dim small", datetime: when, title: moment(when) }, ago(when))),
      h("div", { class: "row" }, h("span", { class: "last dim small clip grow" }, preview(room, other)), badge(room.unread_count, 99), room.unread_count > 0 && h("span", { class: "unseen" }, t("chat.unread", { count: room.unread_count }))),
    ),
  );
}

function preview({ last, state }, other) {
  if (!last) return t(state === "open" ? "chat.sayHello" : `chat.${state}Short`);
  const text = last.deleted ? t("chat.deleted") : last.text;
  return last.author === other.user ? text : `${t("chat.you")}: ${text}`;
}
