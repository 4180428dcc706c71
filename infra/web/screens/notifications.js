// The notification centre.

import "../components/notifications.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { t } from "../base/texts.js";

/** The two pages of the centre, of which one is open. */
export function centreTabs(open) {
  const tab = (name, href, title) => h("a", { href, "aria-current": name === open ? "page" : null }, t(title));
  return h("nav", { class: "tabs", "aria-label": t("bell.title") }, tab("feed", "#/notifications", "bell.feed"), tab("preferences", "#/notifications/preferences", "prefs.title"));
}

class NotificationsScreen extends CampanileElement {
  start() {
    this.show(h("div", { class: "screen" }, h("h1", null, t("bell.title")), centreTabs("feed"), h("campanile-notifications")));
  }
}

define("screen-notifications", NotificationsScreen);
