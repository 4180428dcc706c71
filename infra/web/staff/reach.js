// What a dry run says: whom it would reach on each channel, whom not and why,
// and what three of them would read.

import { openDialog } from "../base/dialog.js";
import { h } from "../base/h.js";
import { notice } from "../base/states.js";
import { number, t } from "../base/texts.js";
import { channelName, reasonText } from "./labels.js";
import { rendered } from "./rendered.js";

const COLUMNS = ["reachable", "unreachable", "opted_out", "suppressed", "duplicates", "not_allowed"];

/** @param {object} found `DryRun` of the API. */
export function reach(host, found) {
  const channels = Object.entries(found.channels);
  const usual = new Set(["reachable", "unreachable", "opted_out", "suppressed", "duplicates"]);
  const rows = COLUMNS.filter((name) => usual.has(name) || channels.some(([, one]) => one[name] > 0)).map((name) => [`reach.${name}`, name]);
  if (channels.some(([channel]) => channel === "sms")) rows.push(["reach.segments", "segments"]);
  const head = h("tr", null, h("td", null), channels.map(([channel]) => h("th", { class: "number", scope: "col" }, channelName(channel))));
  const row = ([label, name]) => h("tr", null, h("th", { scope: "row" }, t(label)), channels.map(([, one]) => h("td", { class: "number" }, one[name] === undefined || one[name] === null ? "–" : number(one[name]))));
  const failing = channels.flatMap(([channel, one]) => Object.entries(one.failing ?? {}).map(([reason, count]) => h("p", null, t("reach.failing", { channel: channelName(channel), count, reason: reasonText(reason) }))));
  return h(
    "div",
    { class: "stack reach", role: "region", "aria-label": t("reach.title") },
    h("div", { class: "figure" }, h("b", null, number(found.people)), h("span", null, t("reach.people", { count: found.people }))),
    !found.complete && notice("info", t("reach.part")),
    failing.length > 0 && notice("error", failing),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("reach.table") }, h("table", null, h("thead", null, head), h("tbody", null, rows.map(row)))),
    samples(host, channels),
  );
}

function samples(host, channels) {
  const buttons = channels.flatMap(([channel, { samples: list }]) => list.map((sample) => ({ channel, sample })));
  if (buttons.length === 0) return null;
  const open = ({ channel, sample }) => openDialog(host.root, { title: t("reach.sample", { name: sample.name ?? sample.user_id ?? "", channel: channelName(channel) }) }, rendered(sample.message, host.signal));
  const byChannel = channels.filter(([, { samples: list }]) => list.length > 0).map(([channel, { samples: list }]) => h("div", { class: "row" }, h("span", { class: "dim small" }, channelName(channel)), h("div", { class: "chips" }, list.map((sample) => h("button", { type: "button", onclick: () => open({ channel, sample }) }, sample.name ?? sample.user_id ?? t("reach.address"))))));
  return h("div", { class: "stack tight" }, h("h3", null, t("reach.samples")), byChannel);
}
