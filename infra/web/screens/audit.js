// What privileged people did.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { field } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { text } from "../staff/forms.js";
import { audienceName } from "../staff/labels.js";
import { entry, Listing, pausing } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { fromInput } from "../staff/zone.js";
import { sending } from "../texts/sending.js";
import { logTabs } from "./log.js";
addTexts(sending);

/** Where what an entry is about can be seen, by the beginning of its id. */
const PLACES = { ann_: "/manage/announcements/", snd_: "/sends/", tpl_: "/templates/", imp_: "/directory/imports/", apr_: "/approvals/" };

class Audit extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const list = new Listing(this, { path: "/v1/audit", row: (item) => this.#row(item), none: (query) => ({ icon: "approve", title: t("audit.none"), text: t(Object.values(query).some(Boolean) ? "list.noneFits" : "audit.noneText") }) });
    const zone = this.client.me.value?.tenant.time_zone;
    const load = () => list.load({ act: act.value.trim(), actor: actor.value.trim(), from: day(from.value, "00:00"), to: day(to.value, "23:59") });
    const day = (value, time) => (value ? fromInput(`${value}T${time}`, zone) : null);
    const soon = pausing(() => load());
    const act = text("", { type: "search", placeholder: "announcement.published", oninput: soon });
    const actor = text("", { type: "search", oninput: soon });
    const from = text("", { type: "date", onchange: () => load() });
    const to = text("", { type: "date", onchange: () => load() });
    this.show(h("div", { class: "screen" }, h("h1", null, t("log.title")), logTabs(this.client, "audit"), h("div", { class: "filters" }, field(t("audit.act"), act), field(t("audit.actor"), actor), field(t("log.from"), from), field(t("log.to"), to)), list.element));
    load();
  }

  #row({ act, actor, subject, detail, at }) {
    const who = h("span", null, t("audit.by", { name: actor }));
    audienceName(this.api, `user:${actor}`).then((name) => (who.textContent = t("audit.by", { name: name.startsWith("user:") ? actor : name })));
    const words = act.replaceAll(/[._]/g, " ");
    const place = PLACES[subject.slice(0, 4)];
    return entry({ href: place && `#${place}${subject}`, title: words.charAt(0).toLocaleUpperCase() + words.slice(1), text: [subject, detail].filter(Boolean).join(" · "), tags: h("span", { class: "small" }, who), when: at });
  }
}

define("screen-audit", Audit);
