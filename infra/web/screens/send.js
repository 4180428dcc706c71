// One send: how far it is, and what became of it for each recipient.

import "../staff/progress.js";
import { confirmed } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { act, avatar, field } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { moment } from "../base/time.js";
import { explainBox } from "../staff/explain.js";
import { formDialog } from "../staff/form-dialog.js";
import { choice, fault, Fields, text } from "../staff/forms.js";
import { audienceText, channelName, reasonText, said, stateTag } from "../staff/labels.js";
import { back, entry, Listing, loaded } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { fromInput, toInput } from "../staff/zone.js";
import { sending } from "../texts/sending.js";
addTexts(sending);

const STATES = ["pending", "sent", "delivered", "skipped", "failed", "bounced", "complained", "unknown"];

class OneSend extends CampanileElement {
  static styles = [staffStyles];

  start() {
    this.zone = this.client.me.value?.tenant.time_zone;
    this.place = h("div");
    this.show(h("div", { class: "screen" }, back("#/sends", t("menu.sends")), this.place));
    this.list = new Listing(this, { path: `/v1/sends/${this.id}/deliveries`, row: (item) => this.#row(item), none: (query) => ({ icon: "people", title: t("send.nobodyYet"), text: t(Object.values(query).some(Boolean) ? "list.noneFits" : "send.nobodyText") }) });
    this.listen(this.root, "staff-send", ({ detail }) => this.#follow(detail));
    loaded(this.place, () => this.api.get(`/v1/sends/${this.id}`), (found) => this.#paint(found));
  }

  #paint(found) {
    this.status = found.status;
    const to = h("dd", null, "…");
    audienceText(this.api, { include: found.recipients, except: found.except }).then((words) => (to.textContent = words));
    const fact = (name, value) => value && [h("dt", null, t(name)), value instanceof Node ? value : h("dd", null, value)];
    const templates = Object.values(found.templates ?? {});
    const channel = choice([["", t("channel.any")], ...found.channels.filter((one) => one !== "live").map((one) => [one, channelName(one)])], "", { onchange: () => load() });
    const state = choice([["", t("status.any")], ...STATES.map((one) => [one, t(`status.${one}`)])], "", { onchange: () => load() });
    const load = () => this.list.load({ channel: channel.value, status: state.value });
    this.acts = h("div", { class: "row" });
    this.#acts(found);
    load();
    return h(
      "div",
      { class: "stack" },
      h("div", { class: "head" }, h("h1", null, found.title || found.type), this.acts),
      h(
        "div",
        { class: "split" },
        h("section", { class: "card stack" }, h("h2", null, t("send.progress")), h("staff-progress", { send: this.id })),
        h("section", { class: "card" }, h("dl", { class: "facts" }, fact("aud.to", to), fact("send.origin", said(`origin.${found.origin}`, found.origin)), fact("send.channels", found.channels.filter((one) => one !== "live").map(channelName).join(", ")), fact("note.priority", t(`priority.${found.priority}`)), templates.length > 0 && fact("send.template", h("dd", null, templates.map(({ id, version }) => h("a", { href: `#/templates/${id}?version=${version}` }, t("tpl.version", { version }))))), fact("send.created", moment(found.created_at)))),
      ),
      this.client.is("staff", "admin") && explainBox(this, this.id),
      h("h2", null, t("send.results")),
      h("div", { class: "filters" }, field(t("send.channel"), channel), field(t("ann.status"), state)),
      this.list.element,
    );
  }

  #acts(found) {
    const open = ["scheduled", "queued", "sending"].includes(found.status);
    const cancel = open && h("button", { class: "danger", onclick: () => act(cancel, () => this.#cancel()) }, t("send.cancel"));
    const move = found.status === "scheduled" && h("button", { onclick: () => this.#move(found) }, t("ann.reschedule"));
    fill(this.acts, cancel, move);
  }

  /** What the progress saw: the list follows when something has changed. */
  #follow(send) {
    const seen = JSON.stringify(send.progress ?? {});
    if (this.seen !== undefined && this.seen !== seen) this.list.load();
    this.seen = seen;
    if (send.status === this.status) return;
    this.status = send.status;
    this.#acts(send);
  }

  #row({ id, channel, name, user_id, recipient, status, reason, updated_at, attempts, segments }) {
    const why = reason && h("span", { class: "dim small" }, reasonText(reason));
    const again = attempts > 1 && h("span", { class: "dim small" }, t("log.attempts", { count: attempts }));
    const href = ["email", "sms"].includes(channel) && this.client.is("staff", "admin") ? `#/log/${id}` : null;
    const who = name ?? recipient ?? user_id ?? "?";
    return entry({ href, mark: avatar(who), title: who, text: [channelName(channel), recipient, segments && t("sms.segments", { count: segments })].filter(Boolean).join(" · "), tags: [why, again, stateTag(status)], when: updated_at });
  }

  async #cancel() {
    if (!(await confirmed(this.root, { title: t("send.cancelSure"), text: t("send.cancelText"), act: t("send.cancel") }))) return;
    await this.api.post(`/v1/sends/${this.id}/cancel`);
    this.root.querySelector("staff-progress")?.look();
  }

  #move(found) {
    const fields = new Fields();
    const at = text(toInput(found.send_at, this.zone), { type: "datetime-local" });
    formDialog(this, t("ann.reschedule"), fields, fields.add("send_at", t("ann.publishAt"), at, { hint: t("time.zone", { zone: this.zone }) }), async () => {
      const send_at = fromInput(at.value, this.zone);
      if (!send_at) throw fault("send_at", t("time.needed"));
      this.#acts(await this.api.patch(`/v1/sends/${this.id}`, { send_at }));
      this.root.querySelector("staff-progress")?.look();
    });
  }
}

define("screen-send", OneSend);
