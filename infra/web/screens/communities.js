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
    // The router does not see what was pushed: back, and the menu, come here.
    this.listen(window, "hashchange", () => {
      const [found, community, post] = /^#\/communities(?:\/(com_[^/?]+)(?:\/posts\/(pst_[^/?]+))?)?$/.exec(location.hash) ?? [];
      if (!found) return;
      heading.classList.toggle("unseen", Boolean(community));
      component.open(community ?? null, post ?? null, false);
    });
  }
}

define("screen-communities", CommunitiesScreen);
