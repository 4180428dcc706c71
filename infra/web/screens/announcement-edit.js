// Writing an announcement: its text, its audience, its channels, a dry run.

import "../components/audience.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { act, loading, notice } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { area, choice, Fields, filled, text, tick, ticks } from "../staff/forms.js";
import { addressed, audienceParts, channelName } from "../staff/labels.js";
import { back, loaded } from "../staff/listing.js";
import { reach } from "../staff/reach.js";
import { renderedStyles } from "../staff/rendered.js";
import { staffStyles } from "../staff/styles.js";
import { publish } from "../texts/publish.js";
import { TYPES } from "./announcements.js";
addTexts(publish);

class EditAnnouncement extends CampanileElement {
  static styles = [staffStyles, renderedStyles];

  start() {
    const place = h("div");
    this.show(h("div", { class: "screen" }, back(this.id ? `#/manage/announcements/${this.id}` : "#/manage/announcements", t(this.id ? "act.back" : "ann.manage")), h("h1", null, t(this.id ? "ann.edit" : "ann.new")), place));
    const load = async () => {
      const [found, email, sms] = await Promise.all([this.id ? this.api.get(`/v1/announcements/${this.id}`) : {}, this.#templates("email"), this.#templates("sms")]);
      return { found, email, sms };
    };
    loaded(place, load, (all) => this.#form(all));
  }

  /** Templates are a choice more; without them the announcement's own text goes out. */
  async #templates(channel) {
    try {
      const { items } = await this.api.get("/v1/templates", { channel, page_size: 100 });
      return items;
    } catch {
      return [];
    }
  }

  #form({ found, email, sms }) {
    const fields = (this.fields = new Fields());
    this.version = found.version;
    const audience = h("campanile-audience", { id: "audience", "aria-label": t("ann.audience"), onchange: () => this.#stale() });
    audience.value = addressed(found);
    const templates = (list, channel) => choice([["", t("ann.ownText")], ...list.map(({ id, name }) => [id, name])], found[`${channel}_template`] ?? "", { onchange: () => this.#stale() });
    this.channels = ticks(t("ann.channels"), [["in_app", t("ann.inApp"), true], ["email", channelName("email")], ["sms", channelName("sms")]], ["in_app", ...(found.channels ?? [])], () => this.#chosen());
    this.emailTemplate = fields.add("email_template", t("ann.emailTemplate"), templates(email, "email"));
    this.smsTemplate = fields.add("sms_template", t("ann.smsTemplate"), templates(sms, "sms"));
    this.dedupe = tick(t("ann.dedupe"), found.dedupe_by_address ?? false);
    this.reachPlace = h("div", { "aria-live": "polite" }, notice("info", t("reach.why")));
    const save = h("button", { type: "submit", class: "primary" }, t(this.id ? "act.save" : "ann.saveDraft"));
    const dry = h("button", { type: "button", onclick: () => act(dry, () => this.#dryRun(), (problem) => this.#wrong(problem)) }, t("reach.run"));
    const stale = () => this.#stale();
    const form = h(
      "form",
      { class: "split wide", novalidate: true, onsubmit: (event) => (event.preventDefault(), act(save, () => this.#save(), (problem) => this.#wrong(problem))) },
      h(
        "div",
        { class: "card stack" },
        fields.said,
        fields.add("title", t("ann.heading"), text(found.title, { maxlength: 200, oninput: stale })),
        h("div", { class: "pair" }, fields.add("type", t("ann.type"), choice(TYPES.map((type) => [type, t(`type.${type}`)]), found.type ?? "general")), fields.add("priority", t("note.priority"), choice([1, 2, 3, 4].map((level) => [String(level), t(`priority.${level}`)]), String(found.priority ?? 2))), fields.add("event_date", t("ann.eventDate"), text(found.event_date?.slice(0, 10), { type: "date" }), { hint: t("ann.optional") })),
        fields.add("body", t("ann.body"), area(found.body, { rows: 8, oninput: stale })),
        fields.add("audience", t("ann.audience"), audience),
        this.channels,
        h("div", { class: "pair" }, this.emailTemplate, this.smsTemplate),
        this.dedupe,
      ),
      h("aside", { class: "card stack" }, h("h2", null, t("reach.title")), this.reachPlace, h("div", { class: "row" }, dry)),
      h("div", { class: "row" }, save, h("a", { class: "button quiet", href: "#/manage/announcements" }, t("act.cancel"))),
    );
    this.#chosen();
    return form;
  }

  #chosen() {
    const chosen = this.channels.values();
    this.emailTemplate.hidden = !chosen.includes("email");
    this.smsTemplate.hidden = !chosen.includes("sms");
    this.#stale();
  }

  /** A dry run of something else than what stands there now misleads. */
  #stale() {
    if (this.found) fill(this.reachPlace, notice("info", t("reach.stale")));
    this.found = null;
  }

  #wrong(problem) {
    const names = { recipients: "audience", templates: "email_template" };
    problem.errors = problem.errors.map((error) => ({ ...error, field: error.field.replace(/^(recipients|except|templates)/, (name) => names[name] ?? "audience") }));
    this.fields.wrong(problem);
    if (!this.found && this.reachPlace.querySelector(".bone")) fill(this.reachPlace, notice("info", t("reach.why")));
  }

  #values() {
    const { fields } = this;
    const chosen = this.channels.values();
    const day = fields.value("event_date");
    return filled({
      title: fields.value("title"), body: fields.value("body"), type: fields.value("type"), priority: Number(fields.value("priority")), audience: fields.control("audience").value,
      event_date: day, channels: ["in_app", "live", ...chosen.filter((channel) => channel !== "in_app")], dedupe_by_address: this.dedupe.input.checked,
      email_template: chosen.includes("email") ? fields.value("email_template") : null, sms_template: chosen.includes("sms") ? fields.value("sms_template") : null, version: this.version,
    });
  }

  async #dryRun() {
    this.fields.clear();
    const { title, body, priority, audience, channels, email_template: email, sms_template: sms } = this.#values();
    const { include, except } = audienceParts(audience);
    fill(this.reachPlace, loading(3));
    const templates = [email, sms].filter(Boolean);
    const found = await this.api.post("/v1/sends/dry-run", { recipients: include, except, title, body, priority, category: "announcements", dedupe_by_address: this.dedupe.input.checked, channels: channels.filter((channel) => channel !== "live"), ...(templates.length > 0 ? { templates } : {}) });
    this.found = found;
    fill(this.reachPlace, reach(this, found));
  }

  async #save() {
    this.fields.clear();
    const values = this.#values();
    const saved = this.id ? await this.api.put(`/v1/announcements/${this.id}`, values) : await this.api.post("/v1/announcements", values);
    this.client.navigate(`/manage/announcements/${saved.id}`);
  }
}

define("screen-announcement-edit", EditAnnouncement);
