// How the person wants to be reached: a part of the notification centre.

import "../components/preferences.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { t } from "../base/texts.js";
import { centreTabs } from "./notifications.js";

class PreferencesScreen extends CampanileElement {
  start() {
    const head = h("div", { class: "stack tight" }, h("h1", null, t("bell.title")), h("p", { class: "dim" }, t("prefs.text")));
    this.show(h("div", { class: "screen" }, head, centreTabs("preferences"), h("campanile-preferences")));
  }
}

define("screen-preferences", PreferencesScreen);
