// Why somebody does not get into a community, in plain words, and the way in if
// there is one.

import { h } from "../../base/h.js";
import { act, empty, failed } from "../../base/states.js";
import { t } from "../../base/texts.js";

const KNOWN = ["not_enrolled", "enrolment_ended", "not_member", "not_allowed", "forbidden", "not_found"];

/**
 * @param {import("../../lib/problem.js").Problem} problem
 * @param {{retry?: () => void, join?: () => Promise<void>}} ways
 */
export function refusal(problem, { retry, join } = {}) {
  if (!KNOWN.includes(problem.code)) return failed(problem, retry);
  const way = problem.code === "not_member" && join;
  const button = way && h("button", { class: "primary", onclick: () => act(button, join) }, t("com.join"));
  return h("div", { class: "card" }, empty({ icon: "community", title: t(`com.no.${problem.code}`), text: t(`com.no.${problem.code}Text`), action: button }));
}
