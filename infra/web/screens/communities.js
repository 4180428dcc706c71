// Communities: the component, and the address that follows it.

import "../components/community.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { t } from "../base/texts.js";

class CommunitiesScreen extends CampanileElement {
  start() {
    const component = h("campanile-community", { community: this.getAttribute("community"), post: this.getAttribute("post") });
    this.show(h("div", { class: "screen" }, h("h1", null, t("community.title")), component));
    this.listen(component, "campanile-open", ({ detail: { community, post } }) => history.pushState(null, "", `#/communities${community ? `/${community}` : ""}${post ? `/posts/${post}` : ""}`));
  }
}

define("screen-communities", CommunitiesScreen);
