// Where a post or a reply is written or mended.

import { h } from "../../base/h.js";
import { act, field, notice } from "../../base/states.js";
import { t } from "../../base/texts.js";

/**
 * @param {object} host
 * @param {object} options
 * @param {object} [options.post] The one that is mended.
 * @param {string} [options.parent] What it replies to; a reply has no title.
 * @param {string} options.community
 * @param {boolean} options.waits Whether a moderator reads it first.
 * @param {string} [options.label] Of the text.
 * @param {(post: object) => void} options.done
 * @param {() => void} [options.cancel]
 */
export function postEditor(host, { post, parent, community, waits, label, done, cancel }) {
  const reply = Boolean(parent ?? post?.parent);
  const title = h("input", { maxlength: 200, value: post?.title ?? "", autocomplete: "off" });
  const text = h("textarea", { rows: reply ? 3 : 8, value: post?.body ?? "" });
  const titleField = field(t("post.title"), title);
  const textField = field(label ?? t("post.body"), text);
  const said = h("div");
  const wrong = (problem) => {
    titleField.wrong(problem.of("title"));
    textField.wrong(problem.of("body"));
    said.replaceChildren(...(problem.of("title") || problem.of("body") ? [] : [notice("error", problem.message)]));
  };
  const complete = () => {
    titleField.wrong(!reply && !title.value.trim() ? t("post.needTitle") : null);
    textField.wrong(text.value.trim() ? null : t("post.needBody"));
    const first = !reply && !title.value.trim() ? title : text.value.trim() ? null : text;
    first?.focus();
    return !first;
  };
  const save = (button, draft) => {
    if (!complete()) return;
    act(button, async () => {
      const body = { body: text.value.trim(), ...(reply ? {} : { title: title.value.trim() }) };
      if (post) return done(await host.api.patch(`/v1/posts/${post.id}`, { ...body, version: post.version }));
      const made = await host.api.post(`/v1/communities/${community}/posts`, { ...body, draft, ...(parent ? { parent } : {}) });
      text.value = "";
      return done(made);
    }, wrong);
  };
  const go = h("button", { class: "primary", type: "submit" }, post ? t("post.save") : reply ? t("post.reply") : waits ? t("post.submit") : t("post.publish"));
  const draft = !post && !reply && h("button", { type: "button", onclick: () => save(draft, true) }, t("post.draft"));
  const back = cancel && h("button", { type: "button", onclick: cancel }, t("act.cancel"));
  const submit = (event) => {
    event.preventDefault();
    save(go, false);
  };
  return h("form", { class: "stack", onsubmit: submit, novalidate: true }, !reply && titleField, textField, waits && (!post || post.status === "published") && h("p", { class: "hint" }, t("post.waits")), said, h("div", { class: "row actions" }, back, draft, go));
}

/** What became of what was written, as a toast. */
export function tellOf(host, { status }) {
  host.tell("campanile-toast", { level: status === "published" ? "success" : "info", title: t(status === "draft" ? "post.kept" : `post.${status}`) });
}
