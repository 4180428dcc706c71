// One announcement for those who run it: publishing, its progress, its figures.

import "../staff/progress.js";
import { confirmed, openDialog } from "../base/dialog.js";
import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { act, bar, failed, loading, notice, tag } from "../base/states.js";
import { addTexts, number, t } from "../base/texts.js";
import { day, moment } from "../base/time.js";
import { formDialog } from "../staff/form-dialog.js";
import { fault, Fields, text } from "../staff/forms.js";
import { addressed, audienceParts, audienceText, channelName, said, stateTag, typeName } from "../staff/labels.js";
import { back, loaded } from "../staff/listing.js";
import { reach } from "../staff/reach.js";
import { renderedStyles } from "../staff/rendered.js";
import { staffStyles } from "../staff/styles.js";
import { fromInput, toInput } from "../staff/zone.js";
import { publish } from "../texts/publish.js";
addTexts(publish);

class ManageAnnouncement extends CampanileElement {
  static styles = [staffStyles, renderedStyles];

  start() {
    this.path = `/v1/announcements/${encodeURIComponent(this.getAttribute("id"))}`;
    this.zone = this.client.me.value?.tenant.time_zone;
    this.place = h("div");
    this.show(h("div", { class: "screen" }, back("#/manage/announcements", t("ann.manage")), this.place));
    this.listen(this.root, "staff-send", ({ detail }) => detail.progress && this.#statistics());
    this.#load();
  }

  #load() {
    return loaded(this.place, () => this.api.get(this.path, null, { signal: this.signal }), (found) => this.#paint(found));
  }

  #paint(found) {
    this.found = found;
    const { id, title, body, type, status, priority, event_date, channels = [], published_at, send_id } = found;
    const to = h("dd", null, "…");
    audienceText(this.api, addressed(found)).then((words) => (to.textContent = words));
    const fact = (name, value) => value && [h("dt", null, t(name)), value instanceof Node ? value : h("dd", null, value)];
    const text = h(
      "article",
      { class: "card stack" },
      h("p", { class: "lines" }, body),
      h("dl", { class: "facts" }, fact("ann.audience", to), fact("ann.channels", channels.filter((one) => one !== "live").map(channelName).join(", ") || channelName("in_app")), fact("note.priority", t(`priority.${priority}`)), fact("ann.eventDate", event_date && day(event_date)), fact("ann.publishAt", status === "scheduled" && published_at && moment(published_at)), fact("ann.publishedAt", status === "published" && published_at && moment(published_at))),
    );
    this.figures = h("section", { class: "card stack", hidden: !send_id }, loading(2));
    const progress = send_id && h("section", { class: "card stack" }, h("div", { class: "row apart" }, h("h2", null, t("send.progress")), this.client.is("staff", "admin", "teacher") && h("a", { href: `#/sends/${send_id}` }, t("send.results"))), h("staff-progress", { send: send_id }));
    if (send_id) this.#statistics();
    return h(
      "div",
      { class: "stack" },
      h("div", { class: "head" }, h("div", { class: "stack tight" }, h("div", { class: "row" }, stateTag(status), tag(typeName(type), type === "urgent" ? "error" : "")), h("h1", null, title)), h("div", { class: "row" }, this.#acts(id, status))),
      h("div", { class: send_id ? "split" : "" }, text, send_id && h("div", { class: "stack" }, progress, this.figures)),
    );
  }

  #acts(id, status) {
    const button = (label, look, doing) => {
      const made = h("button", { class: look, onclick: () => act(made, doing) }, label);
      return made;
    };
    if (status === "published") return button(t("ann.unpublish"), "", () => this.#unpublish());
    const edit = h("a", { class: "button", href: `#/manage/announcements/${id}/edit` }, icon("edit"), t("act.edit"));
    const remove = button(t("act.delete"), "danger", () => this.#remove());
    const stop = button(t("ann.unschedule"), "", () => this.#unpublish());
    const later = button(t(status === "scheduled" ? "ann.reschedule" : "ann.schedule"), "", async () => this.#schedule());
    const now = button(t("ann.publish"), "primary", () => this.#publish());
    // What is on the schedule has to come off before it is changed.
    return status === "scheduled" ? [stop, later, now] : [remove, edit, later, now];
  }

  /** Nobody publishes without having seen how many it reaches. */
  async #publish() {
    const { channels = [], title, body, priority, email_template: email, sms_template: sms } = this.found;
    const { include, except } = audienceParts(addressed(this.found));
    const place = h("div", null, loading(3));
    const go = h("button", { class: "primary", onclick: () => act(go, () => this.#published(dialog), (problem) => fill(place, notice("error", problem.message))) }, t("ann.publishNow"));
    const dialog = openDialog(this.root, { title: t("ann.publishSure", { title }) }, h("p", { class: "dim" }, t("ann.publishText")), place, h("div", { class: "actions" }, h("button", { onclick: () => dialog.close() }, t("act.cancel")), go));
    const templates = [email, sms].filter(Boolean);
    const wanted = channels.filter((channel) => channel !== "live");
    const look = async () => {
      fill(place, loading(3));
      try {
        fill(place, reach(this, await this.api.post("/v1/sends/dry-run", { recipients: include, except, title, body, priority, category: "announcements", channels: wanted.length > 0 ? wanted : ["in_app"], ...(templates.length > 0 ? { templates } : {}) })));
      } catch (problem) {
        if (!problem.title) throw problem;
        fill(place, failed(problem, look));
      }
    };
    await look();
  }

  async #published(dialog) {
    await this.#send({});
    dialog.close();
    this.tell("campanile-toast", { level: "success", title: t("ann.isPublished") });
    await this.#load();
  }

  /** Publishing again does not change a time that is set: it is taken off first. */
  async #send(when) {
    const before = this.found.status === "scheduled" ? this.found.published_at : null;
    if (before) await this.api.post(`${this.path}/unpublish`);
    try {
      await this.api.post(`${this.path}/publish`, when);
    } catch (problem) {
      // A time that is refused leaves the one that was set.
      if (before) await this.api.post(`${this.path}/publish`, { send_at: before });
      throw problem;
    }
  }

  #schedule() {
    const fields = new Fields();
    const at = text(toInput(this.found.status === "scheduled" ? this.found.published_at : this.found.publish_at, this.zone), { type: "datetime-local", required: true });
    formDialog(this, t("ann.schedule"), fields, fields.add("send_at", t("ann.publishAt"), at, { hint: t("time.zone", { zone: this.zone }) }), async () => {
      const send_at = fromInput(at.value, this.zone);
      if (!send_at) throw fault("send_at", t("time.needed"));
      if (Date.parse(send_at) <= Date.now()) throw fault("send_at", t("time.past"));
      await this.#send({ send_at });
      await this.#load();
    }, t("ann.schedule"));
  }

  async #unpublish() {
    const planned = this.found.status === "scheduled";
    const sure = await confirmed(this.root, { title: t(planned ? "ann.unscheduleSure" : "ann.unpublishSure"), text: t(planned ? "ann.unscheduleText" : "ann.unpublishText"), act: t(planned ? "ann.unschedule" : "ann.unpublish") });
    if (!sure) return;
    await this.api.post(`${this.path}/unpublish`);
    await this.#load();
  }

  async #remove() {
    if (!(await confirmed(this.root, { title: t("ann.deleteSure", this.found), text: t("act.sure"), act: t("act.delete") }))) return;
    await this.api.delete(this.path);
    this.client.navigate("/manage/announcements");
  }

  async #statistics() {
    try {
      const found = await this.api.get(`${this.path}/statistics`, null, { signal: this.signal });
      const figure = (value, label) => h("div", { class: "figure" }, h("b", null, number(value)), h("span", null, label));
      const channel = ([name, { recipients, delivered, statuses }]) => h("div", { class: "stack tight" }, h("div", { class: "spread small" }, h("span", null, channelName(name)), h("span", { class: "dim number" }, Object.entries(statuses).map(([status, count]) => `${number(count)} ${said(`status.${status}`, status).toLocaleLowerCase()}`).join(" · "))), bar(recipients ? delivered / recipients : 0, t("ann.deliveredBy", { channel: channelName(name) }), "success"));
      fill(this.figures, h("h2", null, t("ann.statistics")), h("div", { class: "figures" }, figure(found.audience, t("ann.people")), figure(found.delivered, t("status.delivered")), figure(found.read, t("ann.read")), figure(found.failed, t("status.failed"))), Object.entries(found.by_channel).map(channel));
    } catch (problem) {
      if (problem.name !== "AbortError") fill(this.figures, failed(problem, () => this.#statistics()));
    }
  }
}

define("screen-announcement-manage", ManageAnnouncement);
