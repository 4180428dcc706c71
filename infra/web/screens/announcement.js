// One announcement, as those read it whom it is addressed to.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { day, moment } from "../base/time.js";
import { typeName } from "../staff/labels.js";
import { back, loaded } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { publish } from "../texts/publish.js";
addTexts(publish);

class OneAnnouncement extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const id = encodeURIComponent(this.getAttribute("id"));
    const place = h("div");
    this.show(h("div", { class: "screen" }, back("#/announcements", t("ann.title")), place));
    const read = async () => {
      const found = await this.api.get(`/v1/announcements/${id}`, null, { signal: this.signal });
      // Reading it is what marks it; that this failed is no reason not to show it.
      if (!found.read && found.status === "published") this.api.post(`/v1/announcements/${id}/read`).catch(() => {});
      return found;
    };
    loaded(place, read, (found) => this.#paint(found));
  }

  #paint({ id, title, body, type, published_at, event_date, created_by }) {
    const mayWrite = this.client.is("staff", "admin") || created_by === this.client.me.value?.id;
    return h(
      "article",
      { class: "card stack" },
      h("div", { class: "row" }, tag(typeName(type), type === "urgent" ? "error" : ""), published_at && h("time", { class: "dim small", datetime: published_at }, moment(published_at))),
      h("h1", null, title),
      event_date && h("p", { class: "strong" }, t("ann.on", { day: day(event_date) })),
      h("p", { class: "lines" }, body),
      mayWrite && h("div", { class: "row" }, h("a", { href: `#/manage/announcements/${id}` }, t("ann.openManage"))),
    );
  }
}

define("screen-announcement", OneAnnouncement);
