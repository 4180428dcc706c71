// The tenant's templates, by channel.

import { CampanileElement, define } from "../base/element.js";
import { fill, h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { tag } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { channelName } from "../staff/labels.js";
import { entry, Listing } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { sending } from "../texts/sending.js";
addTexts(sending);

const CHANNELS = ["", "email", "sms", "in_app"];

class Templates extends CampanileElement {
  static styles = [staffStyles];

  start() {
    const staff = this.client.is("staff", "admin");
    this.list = new Listing(this, { path: "/v1/templates", row: (item) => this.#row(item), none: { icon: "template", title: t("tpl.none"), text: t("tpl.noneText") } });
    this.chips = h("div", { class: "chips", role: "group", "aria-label": t("send.channel") });
    const make = staff && h("a", { class: "button primary", href: "#/templates/new" }, icon("plus"), t("tpl.new"));
    this.show(h("div", { class: "screen" }, h("div", { class: "head" }, h("h1", null, t("menu.templates")), make), this.chips, this.list.element));
    this.#choose(this.query.get("channel") ?? "");
  }

  #choose(channel) {
    fill(this.chips, CHANNELS.map((one) => h("button", { "aria-pressed": String(one === channel), onclick: () => this.#choose(one) }, one ? channelName(one) : t("channel.any"))));
    this.list.load({ channel });
  }

  #row({ id, name, channel, description, subject, title, body, version, updated_at }) {
    return entry({ href: `#/templates/${id}`, title: name, text: description || subject || title || body, tags: [tag(channelName(channel), "info"), h("span", { class: "dim small" }, t("tpl.version", { version }))], when: updated_at });
  }
}

define("screen-templates", Templates);
