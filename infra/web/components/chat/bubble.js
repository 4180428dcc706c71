// One message of a conversation: who, what, when, and what one may do with it.

import { fill, h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { avatar } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { clock, dayName, moment } from "../../base/time.js";

export const bubbleStyles = sheet`
.day { justify-self: center; padding: 2px 12px; margin-block: var(--s3) var(--s2); border-radius: 99px; background: var(--sunken); color: var(--dim); font-size: .75rem; font-weight: 600; }
.line { display: grid; grid-template-columns: 32px minmax(0, 1fr); column-gap: var(--s2); margin-block-start: var(--s3); scroll-margin: var(--s6); }
.line.follows { margin-block-start: 3px; }
.line > .avatar { width: 32px; height: 32px; font-size: .6875rem; align-self: end; }
.line.own { grid-template-columns: minmax(0, 1fr); justify-items: end; }
.said { display: flex; align-items: center; gap: 2px; max-width: min(34rem, 88%); min-width: 0; grid-column: 2; }
.own .said { grid-column: 1; flex-direction: row-reverse; }
.bubble { min-width: 0; padding: 7px 12px; border-radius: 14px; background: var(--sunken); overflow-wrap: anywhere; }
.bubble > .lines { min-width: 2ch; }
.own .bubble { background: color-mix(in srgb, var(--accent) 16%, var(--sheet)); }
.line:not(.follows):not(.own) .bubble { border-end-start-radius: 14px; }
.bubble .who { font-size: var(--t-small); font-weight: 620; }
.bubble .when { font-size: .6875rem; color: var(--dim); display: inline-flex; gap: 6px; align-items: center; float: inline-end; margin: 5px 0 0 10px; }
.gone { color: var(--dim); font-style: italic; }
.quote { display: block; width: 100%; text-align: start; font-weight: 400; margin-block-end: 4px; padding: 3px 8px; min-height: 0; border: 0; border-inline-start: 3px solid var(--accent); border-radius: 4px; background: var(--hover); font-size: var(--t-small); color: var(--dim); } .quote b { display: block; color: var(--ink); font-weight: 600; }
.said > .only { opacity: 0; width: 32px; min-height: 32px; color: var(--dim); flex: none; transition: opacity var(--quick); } .said > .only .icon { width: 18px; height: 18px; }
.line:hover .only, .line:focus-within .only, .only[aria-expanded="true"] { opacity: 1; }
@media (hover: none) { .said > .only { opacity: .75; } }
.acts { grid-column: 2; display: flex; flex-wrap: wrap; gap: var(--s1); padding-block: var(--s1); } .own .acts { grid-column: 1; justify-content: flex-end; } .acts button { min-height: 34px; padding: 2px 12px; font-size: var(--t-small); } .acts .icon { width: 16px; height: 16px; }
.below { grid-column: 2; font-size: .75rem; color: var(--dim); padding: 2px 4px 0; } .own .below { grid-column: 1; } .below.wrong { color: var(--error); }
.line.found .bubble { outline: 2px solid var(--accent); }`;

/** Rows of a conversation: days, messages, and what is still on its way. */
export function rowsOf(messages, waiting, me) {
  const rows = [];
  let before = null;
  const add = (row) => {
    const day = dayName(row.created_at);
    if (!before || day !== dayName(before.created_at)) rows.push({ key: `day-${day}`, day });
    const near = before && rows.at(-1) === before && before.author === row.author && new Date(row.created_at) - new Date(before.created_at) < 300_000;
    row.follows = Boolean(near);
    rows.push(row);
    before = row;
  };
  for (const message of messages) add({ ...message, key: message.seq, own: message.author === me });
  for (const item of waiting) add({ ...item, key: item.client_msg_id, author: me, own: true, created_at: item.at });
  // Under one person's run, the picture stands once, at the last of it.
  for (const [index, row] of rows.entries()) row.last = rows[index + 1]?.author !== row.author || !rows[index + 1]?.follows;
  return rows;
}

export function bubbleRow(row) {
  return row.day ? h("li", { class: "day" }, row.day) : h("li", { class: "line", tabindex: "-1" });
}

/**
 * Makes a row show its message.
 * @param {object} view `{nameOf, find, show, group, open, act}` of the conversation.
 */
export function dressBubble(line, row, view) {
  const state = JSON.stringify([row.text, row.deleted, row.edited_at, row.follows, row.last, row.state, row.below, row.problem?.message, row.author && view.nameOf(row.author), row.reply_to && view.find(row.reply_to)?.text, row.open]);
  if (line.state === state) return;
  line.state = state;
  line.className = `line${row.own ? " own" : ""}${row.follows ? " follows" : ""}`;
  const name = view.nameOf(row.author);
  const more = row.seq && !row.deleted && h("button", { class: "quiet only", tabindex: "-1", "aria-label": t("chat.acts", { name }), "aria-expanded": String(Boolean(row.open)), onclick: () => view.open(row) }, icon("more"));
  fill(
    line,
    !row.own && (row.last ? avatar(name) : h("span")),
    h("div", { class: "said" }, bubble(row, name, view), more),
    row.open && acts(row, view),
    below(row, view),
  );
}

function bubble(row, name, view) {
  const quoted = row.reply_to && !row.deleted ? view.find(row.reply_to) : null;
  const quote = quoted && h("button", { class: "quote", onclick: () => view.show(row.reply_to) }, h("b", null, view.nameOf(quoted.author)), h("span", { class: "clip" }, quoted.deleted ? t("chat.deleted") : quoted.text.slice(0, 120)));
  const when = h("span", { class: "when" }, row.edited_at && !row.deleted && t("chat.edited"), row.state ? icon("clock") : null, h("time", { datetime: row.created_at, title: moment(row.created_at) }, clock(row.created_at)));
  return h(
    "div",
    { class: "bubble" },
    h("span", { class: row.own || row.follows || !view.group ? "unseen" : "who" }, row.own ? `${t("chat.you")}: ` : name),
    quote,
    h("div", null, row.deleted ? h("span", { class: "gone" }, t("chat.deleted")) : h("span", { class: "lines" }, row.text), " ", when),
  );
}

function acts(row, view) {
  const button = (name, sign, level = "") => h("button", { class: level, onclick: () => view.act(name, row) }, icon(sign), t(`chat.${name}`));
  return h(
    "div",
    { class: "acts", role: "group", "aria-label": t("chat.acts", { name: view.nameOf(row.author) }) },
    view.writable && button("reply", "reply"),
    row.own && view.writable && button("edit", "edit"),
    (row.own || view.moderates) && button("delete", "trash", "danger"),
    button("copy", "template"),
  );
}

function below(row, view) {
  if (row.state === "failed") {
    return h(
      "div",
      { class: "below wrong row" },
      h("span", { role: "alert" }, t("chat.notSent", { reason: row.problem?.message ?? "" })),
      h("button", { class: "link small", onclick: () => view.act("retry", row) }, t("act.retry")),
      h("button", { class: "link small", onclick: () => view.act("discard", row) }, t("chat.discard")),
    );
  }
  return row.below ? h("div", { class: "below" }, row.below) : null;
}
