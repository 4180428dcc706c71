// A post or a reply as people read it, with what they may do about it.

import { confirmed } from "../../base/dialog.js";
import { fill, h } from "../../base/h.js";
import { icon } from "../../base/icons.js";
import { sheet } from "../../base/sheet.js";
import { act, avatar, notice, tag } from "../../base/states.js";
import { t } from "../../base/texts.js";
import { ago, moment } from "../../base/time.js";
import { postEditor, tellOf } from "./editor.js";
import { reactionRow, reactionStyles } from "./reactions.js";

export { reactionStyles };

export const postStyles = sheet`
.post { display: grid; gap: var(--s3); } .post > .row { flex-wrap: nowrap; align-items: flex-start; }
.post h3 { font-size: var(--t-large); overflow-wrap: anywhere; } .post h3 button { text-align: start; color: var(--ink); font-size: inherit; font-weight: 620; } 
.post .lines.cut { display: -webkit-box; -webkit-line-clamp: 5; -webkit-box-orient: vertical; overflow: hidden; }
.post .foot { flex-wrap: wrap; align-items: center; gap: var(--s2) var(--s3); }
.post .acts { display: flex; flex-wrap: wrap; gap: 0; margin-inline: calc(-1 * var(--s2)); } .post .acts button { min-height: 34px; padding: 2px var(--s2); font-size: var(--t-small); color: var(--dim); } .post .acts .icon { width: 17px; height: 17px; }
@media (max-width: 47.99rem) { .post .acts button { min-height: 40px; } }
.post .gone { color: var(--dim); font-style: italic; }`;

/**
 * @param {object} view `{host, names, moderates, settings, waits, plain?, open?, reply?, changed(post), removed(post)}`;
 *   a plain card has no acts of its own
 * @param {boolean} whole With everything that it says, or its beginning.
 */
export function postCard(view, post, whole) {
  const card = h("article", { class: "post" });
  fill(card, whole ? wholeParts(view, post, card) : listParts(view, post, card));
  return card;
}

function head({ names }, post) {
  const name = names.of(post.author);
  const at = post.published_at ?? post.created_at;
  return h(
    "div",
    { class: "row" },
    avatar(name),
    h("div", { class: "grow" }, h("p", { class: "strong clip" }, name), h("p", { class: "dim small" }, h("time", { datetime: at, title: moment(at) }, ago(at)), post.edited_at && ` · ${t("post.edited")}`)),
    post.pinned && h("span", { class: "tag info" }, icon("pin"), t("post.pinned")),
    post.status !== "published" && tag(t(`post.status.${post.status}`), "warning"),
  );
}

function listParts(view, post, card) {
  const { counts } = post;
  if (post.deleted) return [head(view, post), h("p", { class: "gone" }, t("post.deleted"))];
  const title = post.title || t("post.isReply");
  return [
    head(view, post),
    h("h3", null, view.open ? h("button", { class: "link", onclick: () => view.open(post) }, title) : title),
    rejection(post),
    h("p", { class: "lines cut" }, post.body),
    post.status === "published" && h("div", { class: "row foot" }, view.settings.allow_reactions && reactionRow(view.host, post, view.changed), view.open && h("button", { class: "link small", onclick: () => view.open(post) }, t("post.replies", { count: counts.replies })), h("span", { class: "dim small" }, t("post.views", { count: counts.views }))),
    post.status !== "published" && !view.plain && acts(view, post, card),
  ];
}

function wholeParts(view, post, card) {
  if (post.deleted) return [head(view, post), h("p", { class: "gone" }, t("post.deleted"))];
  return [
    head(view, post),
    post.title && h("h2", { tabindex: "-1" }, post.title),
    rejection(post),
    h("p", { class: "lines" }, post.body),
    h("div", { class: "row foot" }, post.status === "published" && view.settings.allow_reactions && reactionRow(view.host, post, view.changed), !post.parent && h("span", { class: "dim small" }, t("post.views", { count: post.counts.views }))),
    acts(view, post, card),
  ];
}

function rejection({ rejection: sent, status }) {
  return sent && status === "draft" && notice("warning", h("p", { class: "lines" }, t("post.rejection", sent)));
}

function acts(view, post, card) {
  const { host, moderates } = view;
  const own = post.author === host.client.me.value?.id;
  const button = (name, sign, doing) => {
    const one = h("button", { class: "quiet", onclick: () => act(one, () => doing(one)) }, icon(sign), name);
    return one;
  };
  const pin = async () => view.changed(await host.api.post(`/v1/posts/${post.id}/${post.pinned ? "unpin" : "pin"}`));
  const submit = async () => {
    const now = await host.api.post(`/v1/posts/${post.id}/submit`);
    tellOf(host, now);
    view.changed(now);
  };
  return h(
    "div",
    { class: "acts" },
    view.reply && post.status === "published" && view.settings.allow_replies && post.depth < 5 && button(t("post.reply"), "reply", () => view.reply(post, card)),
    own && post.status === "draft" && button(view.waits ? t("post.submit") : t("post.publish"), "send", submit),
    own && button(t("act.edit"), "edit", () => mend(view, post, card)),
    moderates && !post.parent && post.status === "published" && button(post.pinned ? t("post.unpin") : t("post.pin"), "pin", pin),
    (own || moderates) && button(t("act.delete"), "trash", () => remove(view, post)),
  );
}

/** In the place of the post, until it is saved or left. */
function mend(view, post, card) {
  const again = () => card.replaceWith(postCard(view, post, true));
  const done = (now) => {
    view.host.tell("campanile-toast", { level: "success", title: t(now.status === "pending" ? "post.pending" : "post.saved") });
    view.changed(now);
  };
  fill(card, postEditor(view.host, { post, community: post.community, waits: view.waits, done, cancel: again }));
  card.querySelector("textarea").focus();
}

async function remove(view, post) {
  const { host } = view;
  if (!(await confirmed(host.root, { title: t("post.deleteSure"), text: post.counts.replies > 0 ? t("post.deleteText") : null, act: t("act.delete") }))) return;
  await host.api.delete(`/v1/posts/${post.id}`);
  host.tell("campanile-toast", { level: "success", title: t("post.deletedDone") });
  view.removed(post);
}
