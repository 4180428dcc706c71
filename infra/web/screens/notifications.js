// The notification centre.

import "../components/notifications.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { t } from "../base/texts.js";

class NotificationsScreen extends CampanileElement {
  start() {
    this.show(h("div", { class: "screen" }, h("h1", null, t("bell.title")), h("campanile-notifications")));
  }
}

define("screen-notifications", NotificationsScreen);
