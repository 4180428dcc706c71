// How many went out, how many did not, by channel and by day.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { bar, field } from "../base/states.js";
import { addTexts, lang, number, t } from "../base/texts.js";
import { chart, chartStyles } from "../staff/chart.js";
import { text } from "../staff/forms.js";
import { channelName } from "../staff/labels.js";
import { loaded } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { sending } from "../texts/sending.js";
import { logTabs } from "./log.js";
addTexts(sending);

class LogStatistics extends CampanileElement {
  static styles = [staffStyles, chartStyles];

  start() {
    const place = h("div");
    const load = () => loaded(place, () => this.api.get("/v1/communication-logs/statistics", { from: from.value, to: to.value }), paint);
    const from = text("", { type: "date", onchange: load });
    const to = text("", { type: "date", onchange: load });
    this.show(h("div", { class: "screen" }, h("h1", null, t("log.title")), logTabs(this.client, "statistics"), h("div", { class: "filters" }, field(t("log.from"), from), field(t("log.to"), to)), place));
    load();
  }
}

/** A day of the calendar has no zone. */
const dayLabel = (date) => new Intl.DateTimeFormat(lang(), { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(date));

const percent = (rate) => number(rate / 100, { style: "percent", maximumFractionDigits: 2 });

function paint({ overall, by_channel: byChannel, daily }) {
  const figure = (value, label) => h("div", { class: "figure" }, h("b", null, value), h("span", null, label));
  const channel = ([name, { total_sent: sent, total_failed: failed, success_rate: rate }]) =>
    h("div", { class: "stack tight" }, h("div", { class: "spread" }, h("span", { class: "strong" }, channelName(name)), h("span", { class: "dim small number" }, `${number(sent)} ${t("log.totalSent")} · ${number(failed)} ${t("log.totalFailed")} · ${percent(rate)}`)), bar(rate / 100, t("log.rateOf", { channel: channelName(name) }), sent + failed === 0 ? "" : "success"));
  const days = daily.map(({ date, total_sent: good, total_failed: bad }) => ({ label: dayLabel(date), good, bad }));
  return h(
    "div",
    { class: "stack" },
    h("div", { class: "card figures" }, figure(number(overall.total_sent), t("log.totalSent")), figure(number(overall.total_failed), t("log.totalFailed")), figure(percent(overall.success_rate), t("log.rate"))),
    h("section", { class: "card stack" }, h("h2", null, t("log.byDay")), chart(days, { title: t("log.byDay"), good: t("log.sent"), bad: t("log.failed") })),
    h("section", { class: "card stack" }, h("h2", null, t("log.byChannel")), Object.entries(byChannel).map(channel)),
  );
}

define("screen-log-statistics", LogStatistics);
