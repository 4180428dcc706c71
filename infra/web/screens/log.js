// Every e-mail and text message to every recipient.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { field } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { choice, text } from "../staff/forms.js";
import { channelName, reasonText, stateTag } from "../staff/labels.js";
import { entry, Listing, pausing } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { fromInput } from "../staff/zone.js";
import { sending } from "../texts/sending.js";
addTexts(sending);

const STATES = ["pending", "sent", "delivered", "skipped", "failed", "bounced", "complained", "unknown"];

/** The parts of the log; the audit trail is for admins. */
export function logTabs(client, open) {
  const link = (name, href) => h("a", { href, "aria-current": name === open ? "page" : null }, t(`log.${name}`));
  return h("nav", { class: "tabs", "aria-label": t("menu.log") }, link("entries", "#/log"), link("statistics", "#/log/statistics"), client.is("admin") && link("audit", "#/log/audit"));
}

class Log extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const list = new Listing(this, { path: "/v1/communication-logs", row, none: (query) => ({ icon: "log", title: t("log.none"), text: t(Object.values(query).some(Boolean) ? "list.noneFits" : "log.noneText") }) });
    const zone = this.client.me.value?.tenant.time_zone;
    const [load, change] = [() => list.load(query()), { onchange: () => load() }];
    const channel = choice([["", t("channel.any")], ["email", t("channel.email")], ["sms", t("channel.sms")]], "", change);
    const status = choice([["", t("status.any")], ...STATES.map((one) => [one, t(`status.${one}`)])], "", change);
    const from = text("", { type: "date", ...change });
    const to = text("", { type: "date", ...change });
    const recipient = text(this.query.get("recipient"), { type: "search", oninput: pausing(() => load()), placeholder: t("log.recipientHint") });
    const send = text(this.query.get("send"), { type: "search", oninput: pausing(() => load()), placeholder: "snd_…" });
    const day = (value, time) => (value ? fromInput(`${value}T${time}`, zone) : null);
    const query = () => ({ channel: channel.value, status: status.value, from: day(from.value, "00:00"), to: day(to.value, "23:59"), recipient: recipient.value.trim(), send: send.value.trim() });
    const wide = (label, control) => {
      const element = field(label, control);
      element.classList.add("wide");
      return element;
    };
    this.show(h("div", { class: "screen" }, h("h1", null, t("log.title")), logTabs(this.client, "entries"), h("div", { class: "filters" }, field(t("send.channel"), channel), field(t("ann.status"), status), field(t("log.from"), from), field(t("log.to"), to), wide(t("log.recipient"), recipient), field(t("log.send"), send)), list.element));
    load();
  }
}

function row({ id, channel, name, recipient, status, reason, subject, type, created_at }) {
  const text = [channelName(channel), recipient, subject ?? type].filter(Boolean).join(" · ");
  return entry({ href: `#/log/${id}`, title: name ?? recipient ?? "?", text, tags: [reason && h("span", { class: "dim small" }, reasonText(reason)), stateTag(status)], when: created_at });
}

define("screen-log", Log);
