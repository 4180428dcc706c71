// Communities: the component, and the address that follows it.

import "../components/community.js";
import { CampanileElement, define } from "../base/element.js";
import { h } from "../base/h.js";
import { t } from "../base/texts.js";

class CommunitiesScreen extends CampanileElement {
  start() {
    const component = h("campanile-community", { community: this.getAttribute("community"), post: this.getAttribute("post") });
    // An open community stands under its own name; the list needs the screen's.
    const heading = h("h1", { class: this.getAttribute("community") ? "unseen" : null }, t("community.title"));
    this.show(h("div", { class: "screen" }, heading, component));
    this.listen(component, "campanile-open", ({ detail: { community, post } }) => {
      heading.classList.toggle("unseen", Boolean(community));
      history.pushState(null, "", `#/communities${community ? `/${community}` : ""}${post ? `/posts/${post}` : ""}`);
    });
  }
}

define("screen-communities", CommunitiesScreen);
