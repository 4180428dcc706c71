// What a rule would do with a sample event: who would get what.

import { openDialog } from "../base/dialog.js";
import { h } from "../base/h.js";
import { notice, tag } from "../base/states.js";
import { number, t } from "../base/texts.js";
import { audienceText, channelName, reasonText } from "./labels.js";
import { rendered } from "./rendered.js";

/** @param {{rules: object[]}} found `TryBody` of the API. */
export function tried(host, found) {
  if (found.rules.length === 0) return notice("info", t("auto.noRule"));
  return h("div", { class: "stack" }, found.rules.map((rule) => one(host, rule)));
}

function one(host, { name, applies, reason, targets }) {
  return h(
    "div",
    { class: "stack" },
    h("div", { class: "row" }, h("h3", null, name), applies ? tag(t("auto.applies"), "success") : tag(t("auto.appliesNot"), "warning")),
    reason && h("p", { class: "dim" }, reason),
    targets.map((reached) => target(host, reached)),
  );
}

function target(host, { target: name, people, audience, except, channels, samples, unknown = [], complete }) {
  const to = h("span", { class: "dim small" }, audience.join(", "));
  audienceText(host.api, { include: audience, except }).then((words) => (to.textContent = words));
  const counts = Object.entries(channels).map(([channel, { reached, skipped = {} }]) => h("li", { class: "row" }, h("span", null, channelName(channel)), h("b", { class: "number" }, number(reached)), Object.entries(skipped).map(([why, count]) => h("span", { class: "dim small" }, `${number(count)} ${reasonText(why)}`))));
  return h(
    "div",
    { class: "reached stack tight" },
    h("div", { class: "spread" }, h("span", { class: "strong" }, name), h("span", { class: "number" }, t("auto.people", { count: people }))),
    to,
    unknown.length > 0 && notice("warning", t("auto.unknown", { names: unknown.join(", ") })),
    !complete && notice("info", t("reach.part")),
    h("ul", null, counts),
    samples.length > 0 && h("div", { class: "chips" }, samples.map((sample) => h("button", { type: "button", onclick: () => show(host, sample) }, sample.name ?? sample.user_id ?? "?"))),
  );
}

function show(host, { name, user_id: id, messages, reasons = {} }) {
  const parts = Object.entries(messages).map(([channel, message]) => h("section", { class: "stack tight" }, h("h3", null, channelName(channel)), rendered(message, host.signal)));
  const not = Object.entries(reasons).map(([channel, why]) => h("p", { class: "dim small" }, `${channelName(channel)}: ${reasonText(why)}`));
  openDialog(host.root, { title: name ?? id }, parts, not);
}
