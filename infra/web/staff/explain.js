// Why somebody got, or did not get, a send or a notification.

import { fill, h } from "../base/h.js";
import { failed, loading } from "../base/states.js";
import { t } from "../base/texts.js";
import { combobox, people } from "./combobox.js";
import { channelName, stateTag } from "./labels.js";

/** @param {string} id Of a send or a notification. */
export function explainBox(host, id) {
  const place = h("div", { "aria-live": "polite" });
  const ask = async (user) => {
    fill(place, loading(2));
    try {
      fill(place, answer(await host.api.get(`/v1/notifications/${id}/explain`, { user })));
    } catch (problem) {
      fill(place, failed(problem, () => ask(user)));
    }
  };
  const who = combobox({ label: t("why.who"), placeholder: t("aud.findPerson"), keep: true, find: people(host.api), pick: ({ value }) => ask(value) });
  return h("section", { class: "card stack" }, h("h2", null, t("why.title")), h("div", { class: "narrow" }, who), place);
}

function answer({ text, channels = [] }) {
  const row = ({ channel, outcome, text: words }) => h("li", null, h("div", { class: "row" }, h("span", { class: "strong" }, channelName(channel)), stateTag(outcome)), h("p", { class: "dim" }, words));
  return h("div", { class: "stack tight" }, h("p", null, text), h("ul", { class: "stack tight" }, channels.map(row)));
}
