// Reactions to a post: a row of those that were given, and the rest on demand.

import { fill, h, svg } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act } from "../../base/states.js";
import { number, t } from "../../base/texts.js";

/** Drawn like the other icons: strokes on a grid of 24. */
const PATHS = {
  like: ["M7 11v9H4v-9z", "M7 11l4-7c1.600 0 2.500 1 2.200 2.600L12.600 10H18a2 2 0 0 1 2 2.300l-1 6a2 2 0 0 1-2 1.700H7"],
  love: ["M12 20S4 15 4 9.500A4 4 0 0 1 12 8a4 4 0 0 1 8 1.500C20 15 12 20 12 20z"],
  celebrate: ["M4 20l4.500-11L15 15.500z", "M13 8c0-2 1-3 3-3M15 11l4-3M17 14c2-.500 3 0 3 1M12 4h.010M19 4.500h.010"],
  insightful: ["M9 17h6M10 20h4", "M9 17c0-2-3-3.500-3-7a6 6 0 0 1 12 0c0 3.500-3 5-3 7"],
  laugh: ["M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z", "M8 13h8c0 5-8 5-8 0zM9 9.500h.010M15 9.500h.010"],
  sad: ["M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z", "M9 10h.010M15 10h.010M8.500 16c1.700-2.500 5.300-2.500 7 0"],
};

export const REACTIONS = Object.keys(PATHS);

export const reactionStyles = sheet`
.reactions { display: flex; flex-wrap: wrap; gap: var(--s1); align-items: center; }
.reactions button { min-height: 32px; padding: 2px 10px; border-radius: 99px; border-color: var(--line); font-size: var(--t-small); color: var(--dim); gap: 5px; }
.reactions button .icon { width: 17px; height: 17px; } .reactions [aria-pressed="true"] { background: var(--tint); border-color: var(--accent); color: var(--accent); }
@media (max-width: 47.99rem) { .reactions button { min-height: 40px; } }`;

/**
 * @param {object} host The element that shows it.
 * @param {object} post As the API tells it.
 * @param {(now: object) => void} changed Given the post as it is now.
 */
export function reactionRow(host, post, changed) {
  const row = h("div", { class: "reactions", role: "group", "aria-label": t("post.react") });
  let open = false;
  const paint = () => {
    const given = REACTIONS.filter((kind) => post.counts.reactions[kind] > 0);
    const shown = open ? REACTIONS : given;
    const more = h("button", { "aria-expanded": String(open), "aria-label": t("post.react"), onclick: toggle }, icon(open ? "close" : "smile"), !open && given.length === 0 && t("post.react"));
    fill(row, shown.map(button), more);
  };
  const toggle = () => {
    open = !open;
    paint();
    row.lastElementChild.focus();
  };
  const button = (kind) => {
    const mine = post.my_reactions.includes(kind);
    const count = post.counts.reactions[kind] ?? 0;
    const one = h(
      "button",
      { "aria-pressed": String(mine), "aria-label": t("post.reactionCount", { kind: t(`post.reaction.${kind}`), count }), title: t(`post.reaction.${kind}`), onclick: () => act(one, () => turn(kind, mine)) },
      svg(...PATHS[kind]),
      count > 0 ? number(count) : null,
    );
    one.kind = kind;
    return one;
  };
  const turn = async (kind, mine) => {
    const path = `/v1/posts/${post.id}/reactions`;
    post = mine ? await host.api.delete(`${path}/${kind}`) : await host.api.put(path, { kind });
    open = false;
    changed(post);
    paint();
    const same = [...row.children].find((one) => one.kind === kind) ?? row.lastElementChild;
    same.focus();
  };
  paint();
  return row;
}
