// What a part shows while it waits, when there is nothing, and when something
// went wrong; and the small pieces that many screens share.

import { h } from "./h.js";
import { icon } from "./icons.js";
import { number, t } from "./texts.js";

/** Grey lines in the place of what will come. */
export function loading(lines = 4) {
  const widths = [62, 88, 74, 40, 81, 55];
  const bones = Array.from({ length: lines }, (_, index) => {
    const bone = h("div", { class: "bone" });
    bone.style.width = `${widths[index % widths.length]}%`;
    return bone;
  });
  return h("div", { class: "stack card", role: "status", "aria-busy": "true" }, h("span", { class: "unseen" }, t("state.loading")), bones);
}

export function empty({ icon: name = "info", title, text, action } = {}) {
  return h("div", { class: "state" }, icon(name), h("h2", null, title), text && h("p", null, text), action);
}

/** @param {import("../lib/problem.js").Problem} problem */
export function failed(problem, retry) {
  const away = problem.status === 0;
  return h(
    "div",
    { class: "state", role: "alert" },
    icon(away ? "offline" : "warning"),
    h("h2", null, away ? t("state.away") : t("state.failed")),
    h("p", null, away ? t("state.awayText") : problem.message),
    retry && h("button", { onclick: retry }, t("act.retry")),
  );
}

/** A sentence above a form or a list. */
export function notice(level, ...children) {
  return h("div", { class: `notice ${level}`, role: level === "error" ? "alert" : "status" }, icon(level), h("div", { class: "grow" }, ...children));
}

let ids = 0;

/**
 * A labelled field, its hint, and what is wrong with it. `wrong` may be set
 * later through the returned element's `wrong(message)`.
 */
export function field(label, control, { hint, wrong } = {}) {
  const id = control.id || `f${(ids += 1)}`;
  control.id = id;
  const said = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
  const described = [hint && `${id}-hint`, `${id}-wrong`].filter(Boolean).join(" ");
  control.setAttribute("aria-describedby", described);
  const element = h("div", { class: "field" }, h("label", { for: id }, label), control, hint && h("p", { class: "hint", id: `${id}-hint` }, hint), said);
  element.wrong = (message) => {
    said.textContent = message ?? "";
    said.hidden = !message;
    if (message) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  element.wrong(wrong);
  return element;
}

/** A round mark with a person's initials, in a colour of their own. */
export function avatar(name = "?") {
  const initials = name.split(/\s+/).filter(Boolean).map((word) => word[0]).slice(0, 2).join("");
  const mark = h("span", { class: "avatar", "aria-hidden": "true" }, initials.toLocaleUpperCase());
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  mark.style.setProperty("--hue", hue);
  return mark;
}

/** `9+` when there are more than nine; nothing for none. */
export function badge(count, most = 9) {
  return count > 0 ? h("span", { class: "badge", "aria-hidden": "true" }, count > most ? `${number(most)}+` : number(count)) : null;
}

export function tag(text, level = "") {
  return h("span", { class: `tag ${level}` }, text);
}

/** A bar of progress; `part` of 1. */
export function bar(part, label, level = "") {
  const per = Math.round(Math.min(1, Math.max(0, part || 0)) * 100);
  const fill = h("i");
  fill.style.setProperty("--part", `${per}%`);
  return h("div", { class: `bar ${level}`, role: "progressbar", "aria-label": label, "aria-valuenow": per, "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
}

/**
 * Runs an act of a button: busy meanwhile, never twice at once. The problem,
 * if any, goes to `wrong`, or up as a toast.
 */
export async function act(button, doing, wrong) {
  if (button.getAttribute("aria-busy") === "true") return undefined;
  button.setAttribute("aria-busy", "true");
  try {
    return await doing();
  } catch (problem) {
    if (!problem.title) throw problem;
    if (wrong) wrong(problem);
    else button.dispatchEvent(new CustomEvent("campanile-toast", { bubbles: true, composed: true, detail: { level: "error", title: problem.title, text: problem.detail } }));
    return undefined;
  } finally {
    button.removeAttribute("aria-busy");
  }
}
