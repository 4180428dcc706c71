// Rules that tell people by themselves what other systems do.

import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { icon } from "../base/icons.js";
import { act, field } from "../base/states.js";
import { addTexts, t } from "../base/texts.js";
import { text } from "../staff/forms.js";
import { stateTag } from "../staff/labels.js";
import { Listing, pausing } from "../staff/listing.js";
import { staffStyles } from "../staff/styles.js";
import { switchOf, switchStyles } from "../staff/switch.js";
import { automation } from "../texts/automation.js";
addTexts(automation);

/** The parts of the automations; rules are for admins. */
export function automationTabs(client, open) {
  const link = (name, href) => h("a", { href, "aria-current": name === open ? "page" : null }, t(`auto.${name}`));
  return h("nav", { class: "tabs", "aria-label": t("menu.automations") }, client.is("admin") && link("rules", "#/automations"), link("events", "#/automations/events"), link("reminders", "#/automations/reminders"));
}

class Automations extends CampanileElement {
  static styles = [staffStyles, switchStyles];

  start() {
    if (!this.client.is("admin")) return location.replace("#/automations/events");
    const list = new Listing(this, { path: "/v1/automations", size: 50, row: (item) => this.#row(item), none: (query) => ({ icon: "automation", title: t("auto.none"), text: t(query.event ? "list.noneFits" : "auto.noneText") }) });
    const event = text("", { type: "search", placeholder: "assignment.created", oninput: pausing(() => list.load({ event: event.value.trim() })) });
    const make = h("a", { class: "button primary", href: "#/automations/new" }, icon("plus"), t("auto.new"));
    const find = field(t("auto.event"), event);
    find.classList.add("wide");
    this.show(h("div", { class: "screen" }, h("div", { class: "head" }, h("h1", null, t("menu.automations")), make), automationTabs(this.client, "rules"), h("div", { class: "filters" }, find), list.element));
    return list.load();
  }

  #row({ id, name, description, event, enabled, origin }) {
    const toggle = switchOf(t("auto.switch", { name }), enabled, () => act(toggle, async () => {
      const changed = await this.api.patch(`/v1/automations/${encodeURIComponent(id)}`, { enabled: !toggle.on });
      toggle.set(changed.enabled);
    }));
    const link = h("a", { class: "item grow", href: `#/automations/${encodeURIComponent(id)}` }, h("div", { class: "grow" }, h("div", { class: "strong clip" }, name), h("div", { class: "dim small clip" }, description || event)), h("div", { class: "row end" }, h("code", { class: "dim small" }, event), stateTag(origin)));
    return h("li", { class: "entry switched" }, link, toggle);
  }
}

define("screen-automations", Automations);
